"""numbers declared with tasks are found by their names

Revision ID: 0011
Revises: 0010
"""

from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_taskfigure_name', 'taskfigure', ['name'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_taskfigure_name', table_name='taskfigure')
