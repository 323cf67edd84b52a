"""Concerns keep by when they were to be acknowledged."""

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade():
    op.execute('UPDATE concern SET owed_at = raised_at WHERE owed_at IS NULL')
    with op.batch_alter_table('concern') as batch_op:
        batch_op.alter_column('owed_at', existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade():
    with op.batch_alter_table('concern') as batch_op:
        batch_op.alter_column('owed_at', existing_type=sa.DateTime(timezone=True), nullable=True)
