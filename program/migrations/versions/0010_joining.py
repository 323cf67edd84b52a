"""Who has joined, and which home they see first."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('account') as batch_op:
        batch_op.add_column(sa.Column('joined_at', sa.DateTime(timezone=True)))
        batch_op.add_column(sa.Column('home', sa.String(length=24)))
        batch_op.create_index(op.f('ix_account_name_id'), ['name', 'id'])
    op.execute("UPDATE account SET joined_at = created_at")


def downgrade():
    with op.batch_alter_table('account') as batch_op:
        batch_op.drop_index(op.f('ix_account_name_id'))
        batch_op.drop_column('home')
        batch_op.drop_column('joined_at')
