"""Cohorts, mentors and fellows."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('cohort',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('review_days', sa.Integer(), nullable=False),
    sa.CheckConstraint('starts_on < ends_on', name=op.f('ck_cohort_dates')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cohort')),
    sa.UniqueConstraint('name', name=op.f('uq_cohort_name'))
    )
    with op.batch_alter_table('cohort', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_cohort_starts_on_id'), ['starts_on', 'id'], unique=False)
    op.create_table('phase',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('cadence_weeks', sa.Integer(), nullable=False),
    sa.Column('authorship', sa.String(length=24), nullable=False),
    sa.CheckConstraint('starts_on < ends_on', name=op.f('ck_phase_dates')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_phase_cohort_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_phase'))
    )
    with op.batch_alter_table('phase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_phase_cohort_id'), ['cohort_id'], unique=False)
    op.create_table('track',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('target_min', sa.Double(), nullable=False),
    sa.Column('target_aim', sa.Double(), nullable=False),
    sa.Column('target_max', sa.Double(), nullable=False),
    sa.CheckConstraint('0 <= target_min AND target_min <= target_aim', name=op.f('ck_track_min')),
    sa.CheckConstraint('target_aim <= target_max AND target_max <= 1', name=op.f('ck_track_max')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_track_cohort_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_track')),
    sa.UniqueConstraint('cohort_id', 'name', name=op.f('uq_track_cohort_id_name'))
    )
    op.create_table('report_period',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('phase_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('opens_at < due_at', name=op.f('ck_report_period_dates')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_report_period_cohort_id')),
    sa.ForeignKeyConstraint(['phase_id'], ['phase.id'], name=op.f('fk_report_period_phase_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_period')),
    sa.UniqueConstraint('cohort_id', 'number', name=op.f('uq_report_period_cohort_id_number'))
    )
    with op.batch_alter_table('report_period', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_period_cohort_id_due_at'), ['cohort_id', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_period_due_at'), ['due_at'], unique=False)
    op.create_table('mentor',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mentor_account_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_mentor_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor')),
    sa.UniqueConstraint('account_id', name=op.f('uq_mentor_account_id'))
    )
    with op.batch_alter_table('mentor', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mentor_organisation_id'), ['organisation_id'], unique=False)
    op.create_table('engagement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('track_id', sa.Integer(), nullable=False),
    sa.Column('stage', sa.String(length=24), nullable=False),
    sa.Column('stage_since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seats_wanted', sa.Integer(), nullable=False),
    sa.Column('seats_granted', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_engagement_cohort_id')),
    sa.ForeignKeyConstraint(['mentor_id'], ['mentor.id'], name=op.f('fk_engagement_mentor_id')),
    sa.ForeignKeyConstraint(['track_id'], ['track.id'], name=op.f('fk_engagement_track_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_engagement')),
    sa.UniqueConstraint('mentor_id', 'cohort_id', name=op.f('uq_engagement_mentor_id_cohort_id'))
    )
    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_engagement_cohort_id_track_id_stage'), ['cohort_id', 'track_id', 'stage'], unique=False)
    op.create_table('fellowship',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('track_id', sa.Integer(), nullable=False),
    sa.Column('research_manager_id', sa.Integer(), nullable=True),
    sa.Column('project', sa.String(length=200), nullable=False),
    sa.Column('stage', sa.String(length=24), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_fellowship_account_id')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_fellowship_cohort_id')),
    sa.ForeignKeyConstraint(['research_manager_id'], ['account.id'], name=op.f('fk_fellowship_research_manager_id')),
    sa.ForeignKeyConstraint(['track_id'], ['track.id'], name=op.f('fk_fellowship_track_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fellowship')),
    sa.UniqueConstraint('account_id', 'cohort_id', name=op.f('uq_fellowship_account_id_cohort_id'))
    )
    with op.batch_alter_table('fellowship', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fellowship_cohort_id_stage'), ['cohort_id', 'stage'], unique=False)
        batch_op.create_index(batch_op.f('ix_fellowship_research_manager_id'), ['research_manager_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_fellowship_track_id_stage'), ['track_id', 'stage'], unique=False)
    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fellowship_id', sa.Integer(), nullable=False),
    sa.Column('mentor_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.CheckConstraint('ends_on IS NULL OR starts_on <= ends_on', name=op.f('ck_assignment_dates')),
    sa.ForeignKeyConstraint(['fellowship_id'], ['fellowship.id'], name=op.f('fk_assignment_fellowship_id')),
    sa.ForeignKeyConstraint(['mentor_id'], ['mentor.id'], name=op.f('fk_assignment_mentor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignment'))
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_fellowship_id_starts_on'), ['fellowship_id', 'starts_on'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_mentor_id_ends_on'), ['mentor_id', 'ends_on'], unique=False)


def downgrade():
    op.drop_table('assignment')
    op.drop_table('fellowship')
    op.drop_table('engagement')
    op.drop_table('mentor')
    op.drop_table('report_period')
    op.drop_table('track')
    op.drop_table('phase')
    op.drop_table('cohort')
