"""Cohorts in a state, the latest first, by an index."""

from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(op.f('ix_cohort_state_starts_on_id'), 'cohort', ['state', 'starts_on', 'id'])


def downgrade():
    op.drop_index(op.f('ix_cohort_state_starts_on_id'), 'cohort')
