"""When the next step with a mentor is due, as an instant; and what mentors are looked for by in all cohorts."""

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

PLANNED = (
    'SELECT engagement.id, next_step_on, time_zone, anywhere_on_earth FROM engagement'
    ' JOIN cohort ON cohort.id = engagement.cohort_id WHERE next_step_on IS NOT NULL'
)


def end_of(day, zone_name, anywhere):
    """The last minute of the day in the zone of the cohort's deadlines."""
    zone = timezone(-timedelta(hours=12)) if anywhere else ZoneInfo(zone_name)
    return datetime.combine(day, time(23, 59), tzinfo=zone).astimezone(UTC)


def upgrade():
    with op.batch_alter_table('engagement') as batch_op:
        batch_op.add_column(sa.Column('next_step_due_at', sa.DateTime(timezone=True)))
        batch_op.drop_index(op.f('ix_engagement_owner_id_next_step_on'))
        batch_op.create_index(op.f('ix_engagement_next_step_due_at'), ['next_step_due_at'])
        batch_op.create_index(op.f('ix_engagement_owner_id_next_step_due_at'), ['owner_id', 'next_step_due_at'])
        batch_op.create_index(op.f('ix_engagement_track_id_stage'), ['track_id', 'stage'])
        batch_op.create_index(op.f('ix_engagement_stage_mentor_id'), ['stage', 'mentor_id'])
    read = sa.text(PLANNED).columns(next_step_on=sa.Date, anywhere_on_earth=sa.Boolean)
    write = sa.text('UPDATE engagement SET next_step_due_at = :due WHERE id = :id').bindparams(
        sa.bindparam('due', type_=sa.DateTime(timezone=True))
    )
    for row in op.get_bind().execute(read).all():
        due = end_of(row.next_step_on, row.time_zone, row.anywhere_on_earth)
        op.get_bind().execute(write, {'id': row.id, 'due': due})


def downgrade():
    with op.batch_alter_table('engagement') as batch_op:
        for name in ('stage_mentor_id', 'track_id_stage', 'owner_id_next_step_due_at', 'next_step_due_at'):
            batch_op.drop_index(op.f(f'ix_engagement_{name}'))
        batch_op.create_index(op.f('ix_engagement_owner_id_next_step_on'), ['owner_id', 'next_step_on'])
        batch_op.drop_column('next_step_due_at')
