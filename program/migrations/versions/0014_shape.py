"""The shape of a programme: breaks, groups of tracks, the mentor funnel's steps, leaves, hand-overs, merges."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def instant():
    return sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        'cohort_break',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cohort_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('effect', sa.String(length=24), nullable=False),
        sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_cohort_break_dates')),
        sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_cohort_break_cohort_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cohort_break')),
    )
    op.create_index(op.f('ix_cohort_break_cohort_id'), 'cohort_break', ['cohort_id'])
    op.create_table(
        'organisation_merge',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('source_id', sa.Integer(), nullable=False),
        sa.Column('target_id', sa.Integer(), nullable=False),
        sa.Column('moved_children', sa.JSON(), nullable=False),
        sa.Column('at', instant(), nullable=False),
        sa.Column('by_id', sa.Integer()),
        sa.Column('undone_at', instant()),
        sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_organisation_merge_by_id')),
        sa.ForeignKeyConstraint(['source_id'], ['organisation.id'], name=op.f('fk_organisation_merge_source_id')),
        sa.ForeignKeyConstraint(['target_id'], ['organisation.id'], name=op.f('fk_organisation_merge_target_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation_merge')),
    )
    op.create_index(op.f('ix_organisation_merge_source_id'), 'organisation_merge', ['source_id'])
    op.create_index(op.f('ix_organisation_merge_target_id'), 'organisation_merge', ['target_id'])
    op.create_table(
        'track_group',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cohort_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('target_min', sa.Double(), nullable=False),
        sa.Column('target_aim', sa.Double(), nullable=False),
        sa.Column('target_max', sa.Double(), nullable=False),
        sa.CheckConstraint('0 <= target_min AND target_min <= target_aim', name=op.f('ck_track_group_min')),
        sa.CheckConstraint('target_aim <= target_max AND target_max <= 1', name=op.f('ck_track_group_max')),
        sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_track_group_cohort_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_track_group')),
        sa.UniqueConstraint('cohort_id', 'name', name=op.f('uq_track_group_cohort_id_name')),
    )
    op.create_table(
        'track_group_member',
        sa.Column('group_id', sa.Integer(), nullable=False),
        sa.Column('track_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['group_id'], ['track_group.id'], name=op.f('fk_track_group_member_group_id')),
        sa.ForeignKeyConstraint(['track_id'], ['track.id'], name=op.f('fk_track_group_member_track_id')),
        sa.PrimaryKeyConstraint('group_id', 'track_id', name=op.f('pk_track_group_member')),
    )
    op.create_index(op.f('ix_track_group_member_track_id'), 'track_group_member', ['track_id'])
    op.create_table(
        'mentor_absence',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('mentor_id', sa.Integer(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(length=200), nullable=False),
        sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_mentor_absence_dates')),
        sa.ForeignKeyConstraint(['mentor_id'], ['mentor.id'], name=op.f('fk_mentor_absence_mentor_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mentor_absence')),
    )
    op.create_index(op.f('ix_mentor_absence_mentor_id_ends_on'), 'mentor_absence', ['mentor_id', 'ends_on'])
    for table, owner in (('engagement_step', 'engagement'), ('fellowship_step', 'fellowship')):
        op.create_table(
            table,
            sa.Column('id', sa.Integer(), nullable=False),
            sa.Column(f'{owner}_id', sa.Integer(), nullable=False),
            sa.Column('from_stage', sa.String(length=24)),
            sa.Column('to_stage', sa.String(length=24), nullable=False),
            sa.Column('at', instant(), nullable=False),
            sa.Column('by_id', sa.Integer()),
            sa.Column('reason', sa.String(length=500), nullable=False),
            sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f(f'fk_{table}_by_id')),
            sa.ForeignKeyConstraint([f'{owner}_id'], [f'{owner}.id'], name=op.f(f'fk_{table}_{owner}_id')),
            sa.PrimaryKeyConstraint('id', name=op.f(f'pk_{table}')),
        )
        op.create_index(op.f(f'ix_{table}_{owner}_id_id'), table, [f'{owner}_id', 'id'])
        op.create_index(op.f(f'ix_{table}_at_id'), table, ['at', 'id'])
    op.create_table(
        'fellow_leave',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('fellowship_id', sa.Integer(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('ends_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(length=200), nullable=False),
        sa.CheckConstraint('starts_on <= ends_on', name=op.f('ck_fellow_leave_dates')),
        sa.ForeignKeyConstraint(['fellowship_id'], ['fellowship.id'], name=op.f('fk_fellow_leave_fellowship_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_fellow_leave')),
    )
    op.create_index(op.f('ix_fellow_leave_fellowship_id_ends_on'), 'fellow_leave', ['fellowship_id', 'ends_on'])
    op.create_table(
        'handover',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('fellowship_id', sa.Integer(), nullable=False),
        sa.Column('from_id', sa.Integer()),
        sa.Column('to_id', sa.Integer()),
        sa.Column('day', sa.Date(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('by_id', sa.Integer()),
        sa.Column('at', instant(), nullable=False),
        sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_handover_by_id')),
        sa.ForeignKeyConstraint(['fellowship_id'], ['fellowship.id'], name=op.f('fk_handover_fellowship_id')),
        sa.ForeignKeyConstraint(['from_id'], ['account.id'], name=op.f('fk_handover_from_id')),
        sa.ForeignKeyConstraint(['to_id'], ['account.id'], name=op.f('fk_handover_to_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_handover')),
    )
    op.create_index(op.f('ix_handover_fellowship_id_id'), 'handover', ['fellowship_id', 'id'])


def downgrade():
    for table in ('handover', 'fellow_leave', 'fellowship_step', 'engagement_step', 'mentor_absence'):
        op.drop_table(table)
    for table in ('track_group_member', 'track_group', 'organisation_merge', 'cohort_break'):
        op.drop_table(table)
