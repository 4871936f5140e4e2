"""indexes that pages over a large ledger are counted and walked by

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

ASKED = ['unit', 'state', 'level', 'source', 'mode', 'campaign']
OPEN = "state IN ('registered', 'assigned', 'rectifying', 'submitted')"
# name, table, columns, and what a row must be to stand in it
NEW = (
    ('ix_task_unit_due_at_state', 'task', ['unit', 'due_at', 'state'], None),
    ('ix_task_campaign_unit_state_due_at', 'task', ['campaign', 'unit', 'state', 'due_at'], None),
    ('ix_task_campaign_phase_kind', 'task', ['campaign', 'phase', 'kind', 'state', 'due_at', 'unit'], None),
    ('ix_task_late', 'task', ['campaign', 'unit', 'phase', 'kind'], 'submitted_at > due_at'),
    ('ix_task_handed_in', 'task', ['due_at', 'unit'], "state = 'submitted'"),
    ('ix_task_under_way', 'task', ['due_at', 'unit', 'campaign'], "state = 'open'"),
    ('ix_hazard_source', 'hazard', ['source'], None),
    ('ix_hazard_mode', 'hazard', ['mode'], None),
    ('ix_hazard_by_found', 'hazard', ['found_on', 'key', *ASKED, 'due_at', 'cycle'], None),
    ('ix_hazard_by_due', 'hazard', ['due_at', 'key', *ASKED, 'found_on'], None),
    ('ix_hazard_unit_level_state', 'hazard', ['unit', 'level', 'state'], None),
    ('ix_hazard_again', 'hazard', ['key'], 'cycle > 1'),
    ('ix_hazard_open', 'hazard', ['unit', 'level', 'state', 'due_at', 'found_on'], OPEN),
    ('ix_hazard_closed', 'hazard', ['closed_at', 'unit', 'state', 'cycle'], 'closed_at IS NOT NULL'),
    ('ix_recheck_waiting', 'recheck', ['unit', 'state', 'opens_at'], "state IN ('planned', 'open', 'missed')"),
    ('ix_notice_owed_at_key', 'notice', ['owed_at', 'key'], None),
)
OLD = (
    ('ix_task_unit_due_at', 'task', ['unit', 'due_at'], None),
    ('ix_task_submitted', 'task', ['due_at'], "state = 'submitted'"),
    ('ix_task_open', 'task', ['due_at'], "state = 'open'"),
    ('ix_hazard_found_on_key', 'hazard', ['found_on', 'key'], None),
    ('ix_hazard_due_at_key', 'hazard', ['due_at', 'key'], None),
)


def replace(gone: tuple, made: tuple) -> None:
    for name, table, _, _ in gone:
        op.drop_index(name, table_name=table)
    for name, table, columns, held in made:
        where = None if held is None else sa.text(held)
        op.create_index(name, table, columns, unique=False, postgresql_where=where, sqlite_where=where)


def upgrade() -> None:
    replace(OLD, NEW)


def downgrade() -> None:
    replace(NEW, OLD)
