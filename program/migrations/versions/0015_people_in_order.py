"""People of a role, the disabled and the invited, each in their order by an index."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014a'
branch_labels = None
depends_on = None

FEW = {'disabled': 'disabled_at IS NOT NULL', 'invited': 'joined_at IS NULL AND disabled_at IS NULL'}


def folded(length):
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade():
    with op.batch_alter_table('account_role') as batch_op:
        batch_op.add_column(sa.Column('folded', folded(800), nullable=False, server_default=''))
    with op.batch_alter_table('account_role') as batch_op:
        batch_op.alter_column('folded', server_default=None)
    op.execute(
        'UPDATE account_role SET folded = (SELECT folded FROM account WHERE account.id = account_role.account_id)'
    )
    op.create_index(op.f('ix_account_role_role_folded_account_id'), 'account_role', ['role', 'folded', 'account_id'])
    for name, condition in FEW.items():
        where = sa.text(condition)
        op.create_index(
            f'ix_account_{name}', 'account', ['folded', 'id'], postgresql_where=where, sqlite_where=where
        )


def downgrade():
    for name in FEW:
        op.drop_index(f'ix_account_{name}', 'account')
    op.drop_index(op.f('ix_account_role_role_folded_account_id'), 'account_role')
    with op.batch_alter_table('account_role') as batch_op:
        batch_op.drop_column('folded')
