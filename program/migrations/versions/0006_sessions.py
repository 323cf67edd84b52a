"""How, where and when somebody proved who they are; and whom staff look at the site as."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('sign_in_session') as batch_op:
        batch_op.add_column(sa.Column('method', sa.String(length=24), nullable=False, server_default='link'))
        batch_op.add_column(sa.Column('address', sa.String(length=45), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('last_seen_at', sa.DateTime(timezone=True)))
        batch_op.add_column(sa.Column('proved_at', sa.DateTime(timezone=True)))
        batch_op.add_column(sa.Column('second_factor_at', sa.DateTime(timezone=True)))
        batch_op.add_column(sa.Column('looks_as_id', sa.Integer()))
        batch_op.create_foreign_key(op.f('fk_sign_in_session_looks_as_id'), 'account', ['looks_as_id'], ['id'])
    op.execute("UPDATE sign_in_session SET last_seen_at = created_at, proved_at = created_at")
    with op.batch_alter_table('sign_in_session') as batch_op:
        batch_op.alter_column('method', server_default=None)
        batch_op.alter_column('address', server_default=None)
        batch_op.alter_column('last_seen_at', nullable=False)
        batch_op.alter_column('proved_at', nullable=False)


def downgrade():
    with op.batch_alter_table('sign_in_session') as batch_op:
        batch_op.drop_constraint(op.f('fk_sign_in_session_looks_as_id'), type_='foreignkey')
        for name in ('looks_as_id', 'second_factor_at', 'proved_at', 'last_seen_at', 'address', 'method'):
            batch_op.drop_column(name)
