"""indexes that figures and progress are counted by

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# what figures and progress are counted by: name, table, columns, and what a row must be to stand in it
COUNTED = (
    ('ix_task_campaign_activity', 'task', ['campaign', 'activity', 'phase', 'kind', 'state', 'due_at', 'unit'], None),
    ('ix_task_late', 'task', ['campaign', 'unit', 'activity', 'phase', 'kind'], 'submitted_at > due_at'),
    ('ix_task_counted', 'task', ['campaign', 'state', 'kind', 'submitted_at', 'planned_on', 'unit'], None),
    ('ix_task_campaign_state_due_at', 'task', ['campaign', 'state', 'due_at', 'submitted_at'], None),
    ('ix_hazard_campaign_key', 'hazard', ['campaign', 'key', 'state', 'level', 'rank', 'unit'], None),
    ('ix_hazardcycle_hazard_found_on', 'hazardcycle',
     ['hazard', 'found_on', 'closed_at', 'due_at', 'closed_in_time'], None),
    ('ix_recheck_counted', 'recheck', ['campaign', 'state', 'result', 'done_at', 'unit'], None),
)
COUNTED_BEFORE = (
    ('ix_task_campaign_phase_kind', 'task', ['campaign', 'phase', 'kind', 'state', 'due_at', 'unit'], None),
    ('ix_task_late', 'task', ['campaign', 'unit', 'phase', 'kind'], 'submitted_at > due_at'),
    ('ix_hazard_campaign', 'hazard', ['campaign'], None),
    ('ix_hazardcycle_hazard', 'hazardcycle', ['hazard'], None),
)


def replace(gone: tuple, made: tuple) -> None:
    for name, table, _, _ in gone:
        op.drop_index(name, table_name=table)
    for name, table, columns, held in made:
        where = None if held is None else sa.text(held)
        op.create_index(name, table, columns, unique=False, postgresql_where=where, sqlite_where=where)


def upgrade() -> None:
    replace(COUNTED_BEFORE, COUNTED)


def downgrade() -> None:
    replace(COUNTED, COUNTED_BEFORE)
