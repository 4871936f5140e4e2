"""ledger

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

INDEXES = {
    'hazard': {
        'ix_hazard_due_at_key': ['due_at', 'key'],
        'ix_hazard_level_found_on_key': ['level', 'found_on', 'key'],
        'ix_hazard_rank_key': ['rank', 'key'],
        'ix_hazard_responsible': ['responsible'],
        'ix_hazard_responsible_unit': ['responsible_unit'],
        'ix_hazard_found_by': ['found_by'],
        'ix_hazard_supervisor': ['supervisor'],
    },
    'recheck': {
        'ix_recheck_assignee': ['assignee'],
        'ix_recheck_co_assignee': ['co_assignee'],
    },
}


def upgrade() -> None:
    code = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
    op.create_table('thumbnail',
    sa.Column('sha256', code, nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['sha256'], ['picture.sha256'], name=op.f('fk_thumbnail_sha256_picture')),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_thumbnail'))
    )
    op.create_table('publiccall',
    sa.Column('key', code, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('came', sa.JSON(), nullable=False),
    sa.Column('attend_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_publiccall'))
    )
    op.create_index('ix_publiccall_attend_at', 'publiccall', ['attend_at'], unique=False)
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns, unique=False)
    handed_in = sa.text("state = 'submitted'")
    op.create_index(
        'ix_task_submitted', 'task', ['due_at'], unique=False, postgresql_where=handed_in, sqlite_where=handed_in
    )


def downgrade() -> None:
    op.drop_index('ix_task_submitted', table_name='task')
    for table, indexes in INDEXES.items():
        for name in indexes:
            op.drop_index(name, table_name=table)
    op.drop_index('ix_publiccall_attend_at', table_name='publiccall')
    op.drop_table('publiccall')
    op.drop_table('thumbnail')
