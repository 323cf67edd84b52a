"""Report templates are published, saved as drafts before, and one of them is chosen for weekly reports."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None

PUBLISHED = sa.table('report_template', sa.column('published_at', sa.DateTime(timezone=True)))


def upgrade():
    with op.batch_alter_table('report_template', schema=None) as batch_op:
        batch_op.add_column(sa.Column('published_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('saves', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('usual_since', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('report_template', schema=None) as batch_op:
        batch_op.alter_column('saves', server_default=None)
    op.execute(PUBLISHED.update().values(published_at=datetime.now(UTC)))


def downgrade():
    with op.batch_alter_table('report_template', schema=None) as batch_op:
        batch_op.drop_column('usual_since')
        batch_op.drop_column('saves')
        batch_op.drop_column('published_at')
