"""The outbox is read by state, kind, person and day, the newest first."""

from alembic import op

revision = '0043'
down_revision = '0042'
branch_labels = None
depends_on = None
GONE = {'ix_notice_account_id_id': ['account_id', 'id'], 'ix_notice_state_id': ['state', 'id']}
NEW = {
    'ix_notice_created_at_id': ['created_at', 'id'],
    'ix_notice_account_id_created_at_id': ['account_id', 'created_at', 'id'],
    'ix_notice_state_created_at_id': ['state', 'created_at', 'id'],
    'ix_notice_kind_created_at_id': ['kind', 'created_at', 'id'],
}


def upgrade():
    for name, columns in NEW.items():
        op.create_index(op.f(name), 'notice', columns, unique=False)
    for name in GONE:
        op.drop_index(op.f(name), table_name='notice')


def downgrade():
    for name, columns in GONE.items():
        op.create_index(op.f(name), 'notice', columns, unique=False)
    for name in NEW:
        op.drop_index(op.f(name), table_name='notice')
