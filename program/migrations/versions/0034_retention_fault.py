"""A rule of what is deleted when can fail without stopping the others, and that is kept."""

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('retention_run') as batch_op:
        batch_op.add_column(sa.Column('fault', sa.String(length=60), nullable=False, server_default=''))
    with op.batch_alter_table('retention_run') as batch_op:
        batch_op.alter_column('fault', server_default=None)


def downgrade():
    with op.batch_alter_table('retention_run') as batch_op:
        batch_op.drop_column('fault')
