"""incidents

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
import sqlmodel
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('alert',
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('unit', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('kinds', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('tags', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('level', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('title', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('made_by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('units', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('ended_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('ended_by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('attend_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['unit'], ['unit.key'], name=op.f('fk_alert_unit_unit')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_alert'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_attend_at', ['attend_at'], unique=False)
        batch_op.create_index('ix_alert_made_at_key', ['made_at', 'key'], unique=False)
        batch_op.create_index('ix_alert_unit_made_at', ['unit', 'made_at'], unique=False)

    op.create_table('incident',
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('unit', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('happened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('known_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('deaths', sa.Integer(), nullable=False),
    sa.Column('injured', sa.Integer(), nullable=False),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('loss_yuan', sa.BigInteger(), nullable=False),
    sa.Column('grade', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('lines', sa.Integer(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reported_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('reported_by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('basis', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('office_minutes', sa.Integer(), nullable=False),
    sa.Column('level_minutes', sa.Integer(), nullable=False),
    sa.Column('phone_minutes', sa.Integer(), nullable=True),
    sa.Column('levels', sa.Integer(), nullable=True),
    sa.Column('changes_days', sa.Integer(), nullable=False),
    sa.Column('ends_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('closed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('closed_by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['unit'], ['unit.key'], name=op.f('fk_incident_unit_unit')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_incident'))
    )
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.create_index('ix_incident_happened_at_key', ['happened_at', 'key'], unique=False)
        batch_op.create_index('ix_incident_kind_happened_on', ['kind', 'happened_on'], unique=False)
        batch_op.create_index('ix_incident_unit_happened_on', ['unit', 'happened_on'], unique=False)

    op.create_table('incidentclock',
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('unit', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('kind', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('category', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('basis', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('head_minutes', sa.Integer(), nullable=True),
    sa.Column('office_minutes', sa.Integer(), nullable=True),
    sa.Column('level_minutes', sa.Integer(), nullable=True),
    sa.Column('phone_minutes', sa.Integer(), nullable=True),
    sa.Column('levels', sa.Integer(), nullable=True),
    sa.Column('changes_days', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['unit'], ['unit.key'], name=op.f('fk_incidentclock_unit_unit')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_incidentclock'))
    )
    with op.batch_alter_table('incidentclock', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incidentclock_unit'), ['unit'], unique=False)

    op.create_table('alertreceipt',
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('alert', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('unit', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('person', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('co_person', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('via', sa.Text(), nullable=False),
    sa.Column('acknowledged_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('acknowledged_by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('entered_by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('how', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('note', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.ForeignKeyConstraint(['alert'], ['alert.key'], name=op.f('fk_alertreceipt_alert_alert')),
    sa.ForeignKeyConstraint(['unit'], ['unit.key'], name=op.f('fk_alertreceipt_unit_unit')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_alertreceipt'))
    )
    with op.batch_alter_table('alertreceipt', schema=None) as batch_op:
        batch_op.create_index('ix_alertreceipt_alert_acknowledged_at', ['alert', 'acknowledged_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_alertreceipt_unit'), ['unit'], unique=False)

    op.create_table('alertstep',
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('alert', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('after_minutes', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['alert'], ['alert.key'], name=op.f('fk_alertstep_alert_alert')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_alertstep'))
    )
    with op.batch_alter_table('alertstep', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_alertstep_alert'), ['alert'], unique=False)

    op.create_table('incidentline',
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('incident', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('reason', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('happened_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('place', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('description', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('deaths', sa.Integer(), nullable=False),
    sa.Column('injured', sa.Integer(), nullable=False),
    sa.Column('missing', sa.Integer(), nullable=False),
    sa.Column('loss_yuan', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['incident'], ['incident.key'], name=op.f('fk_incidentline_incident_incident')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_incidentline'))
    )
    with op.batch_alter_table('incidentline', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_incidentline_incident'), ['incident'], unique=False)

    op.create_table('incidentreport',
    sa.Column('key', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('incident', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('form', sa.Text(), nullable=False),
    sa.Column('from_unit', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('to_unit', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=False),
    sa.Column('after_place', sa.Integer(), nullable=False),
    sa.Column('within_minutes', sa.Integer(), nullable=False),
    sa.Column('owed_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('due_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('limit_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=False),
    sa.Column('made_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.Column('made_by', sa.Text().with_variant(sa.Text(collation='C'), 'postgresql'), nullable=True),
    sa.Column('text', sqlmodel.sql.sqltypes.AutoString(), nullable=False),
    sa.Column('attend_at', sqlmodel.sql.sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['from_unit'], ['unit.key'], name=op.f('fk_incidentreport_from_unit_unit')),
    sa.ForeignKeyConstraint(['incident'], ['incident.key'], name=op.f('fk_incidentreport_incident_incident')),
    sa.ForeignKeyConstraint(['to_unit'], ['unit.key'], name=op.f('fk_incidentreport_to_unit_unit')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_incidentreport'))
    )
    with op.batch_alter_table('incidentreport', schema=None) as batch_op:
        batch_op.create_index('ix_incidentreport_attend_at', ['attend_at'], unique=False)
        batch_op.create_index('ix_incidentreport_from_unit_due_at', ['from_unit', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_incidentreport_incident'), ['incident'], unique=False)

    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.add_column(sa.Column('repeat_minutes', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('case', schema=None) as batch_op:
        batch_op.drop_column('repeat_minutes')

    with op.batch_alter_table('incidentreport', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incidentreport_incident'))
        batch_op.drop_index('ix_incidentreport_from_unit_due_at')
        batch_op.drop_index('ix_incidentreport_attend_at')

    op.drop_table('incidentreport')
    with op.batch_alter_table('incidentline', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incidentline_incident'))

    op.drop_table('incidentline')
    with op.batch_alter_table('alertstep', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alertstep_alert'))

    op.drop_table('alertstep')
    with op.batch_alter_table('alertreceipt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_alertreceipt_unit'))
        batch_op.drop_index('ix_alertreceipt_alert_acknowledged_at')

    op.drop_table('alertreceipt')
    with op.batch_alter_table('incidentclock', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_incidentclock_unit'))

    op.drop_table('incidentclock')
    with op.batch_alter_table('incident', schema=None) as batch_op:
        batch_op.drop_index('ix_incident_unit_happened_on')
        batch_op.drop_index('ix_incident_kind_happened_on')
        batch_op.drop_index('ix_incident_happened_at_key')

    op.drop_table('incident')
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.drop_index('ix_alert_unit_made_at')
        batch_op.drop_index('ix_alert_made_at_key')
        batch_op.drop_index('ix_alert_attend_at')

    op.drop_table('alert')
