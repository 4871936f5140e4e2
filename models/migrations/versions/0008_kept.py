"""what reports counted

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    code = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
    op.create_table('reportrecords',
    sa.Column('key', code, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('edition_key', code, nullable=False),
    sa.Column('source', code, nullable=False),
    sa.Column('records', sa.Integer(), nullable=False),
    sa.Column('packed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['edition_key'], ['reportedition.key'], name=op.f('fk_reportrecords_edition_key_reportedition')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_reportrecords'))
    )
    op.create_index('ix_reportrecords_edition_key', 'reportrecords', ['edition_key'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_reportrecords_edition_key', table_name='reportrecords')
    op.drop_table('reportrecords')
