"""What was deleted because it was old."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'retention_run',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('night', sa.Date(), nullable=False),
        sa.Column('rule', sa.String(length=40), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('rows', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_retention_run')),
        sa.UniqueConstraint('night', 'rule', name=op.f('uq_retention_run_night_rule')),
    )
    op.create_index(op.f('ix_retention_run_at_id'), 'retention_run', ['at', 'id'])


def downgrade():
    op.drop_table('retention_run')
