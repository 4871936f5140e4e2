"""duty

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


CODE = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
INSTANT = sqlmodel.sql.sqltypes.UTCDateTime
STRING = sqlmodel.sql.sqltypes.AutoString


def upgrade() -> None:
    with op.batch_alter_table('roster', schema=None) as batch_op:
        batch_op.add_column(sa.Column('checks_a_week', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('roster', schema=None) as batch_op:
        batch_op.alter_column('checks_a_week', server_default=None)

    op.create_table(
        'dutytable',
        sa.Column('key', CODE, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('roster', CODE, nullable=False),
        sa.Column('unit', CODE, nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=False),
        sa.Column('due_at', INSTANT(), nullable=False),
        sa.Column('state', sa.Text(), nullable=False),
        sa.Column('how', STRING(), nullable=False),
        sa.Column('done_at', INSTANT(), nullable=True),
        sa.Column('done_by', CODE, nullable=True),
        sa.Column('note', STRING(), nullable=False),
        sa.Column('attend_at', INSTANT(), nullable=True),
        sa.ForeignKeyConstraint(['roster'], ['roster.key'], name=op.f('fk_dutytable_roster_roster')),
        sa.ForeignKeyConstraint(['unit'], ['unit.key'], name=op.f('fk_dutytable_unit_unit')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_dutytable')),
    )
    with op.batch_alter_table('dutytable', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dutytable_attend_at'), ['attend_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_dutytable_roster'), ['roster'], unique=False)

    op.create_table(
        'presencedraw',
        sa.Column('key', CODE, nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('roster', CODE, nullable=False),
        sa.Column('from_on', sa.Date(), nullable=False),
        sa.Column('to_on', sa.Date(), nullable=False),
        sa.Column('seed', sa.Integer(), nullable=False),
        sa.Column('population', sa.Integer(), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('drawn_at', INSTANT(), nullable=False),
        sa.ForeignKeyConstraint(['roster'], ['roster.key'], name=op.f('fk_presencedraw_roster_roster')),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_presencedraw')),
    )
    with op.batch_alter_table('presencedraw', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_presencedraw_roster'), ['roster'], unique=False)

    with op.batch_alter_table('presencecheck', schema=None) as batch_op:
        batch_op.add_column(sa.Column('draw', CODE, nullable=True))
        batch_op.create_index(batch_op.f('ix_presencecheck_draw'), ['draw'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('presencecheck', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presencecheck_draw'))
        batch_op.drop_column('draw')

    with op.batch_alter_table('presencedraw', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_presencedraw_roster'))

    op.drop_table('presencedraw')
    with op.batch_alter_table('dutytable', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dutytable_roster'))
        batch_op.drop_index(batch_op.f('ix_dutytable_attend_at'))

    op.drop_table('dutytable')
    with op.batch_alter_table('roster', schema=None) as batch_op:
        batch_op.drop_column('checks_a_week')
