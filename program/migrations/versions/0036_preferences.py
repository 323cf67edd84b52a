"""When mail reaches somebody, how often, and which they want; who chose one mail a day keeps it."""

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None

CHOSEN = {
    'pace': (sa.String(length=24), 'immediate'),
    'wakes_at': (sa.Integer(), '8'),
    'sleeps_at': (sa.Integer(), '20'),
    'weekends': (sa.Boolean(), sa.false()),
    'muted': (sa.JSON(), '[]'),
}


def upgrade():
    op.drop_index('ix_account_digest', table_name='account')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.alter_column('digest_since', new_column_name='paced_at')
        for name, (kind, default) in CHOSEN.items():
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
    op.execute("UPDATE account SET pace = 'daily' WHERE paced_at IS NOT NULL")
    with op.batch_alter_table('account', schema=None) as batch_op:
        for name in CHOSEN:
            batch_op.alter_column(name, server_default=None)
    index('paced', "pace <> 'immediate'")


def downgrade():
    op.drop_index('ix_account_paced', table_name='account')
    op.execute("UPDATE account SET paced_at = NULL WHERE pace = 'immediate'")
    with op.batch_alter_table('account', schema=None) as batch_op:
        for name in CHOSEN:
            batch_op.drop_column(name)
        batch_op.alter_column('paced_at', new_column_name='digest_since')
    index('digest', 'digest_since IS NOT NULL')


def index(name, condition):
    where = sa.text(condition)
    op.create_index(
        f'ix_account_{name}', 'account', ['folded', 'id'], postgresql_where=where, sqlite_where=where
    )
