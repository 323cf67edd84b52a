"""Authenticators, recovery codes and passwords, and how many second factors each person has."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'authenticator',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('secret', sa.String(length=255), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_step', sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_authenticator_account_id')),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_authenticator')),
    )
    op.create_table(
        'recovery_code',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('code_hash', sa.String(length=64), nullable=False),
        sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_code_account_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
        sa.UniqueConstraint('code_hash', name=op.f('uq_recovery_code_code_hash')),
    )
    op.create_index(op.f('ix_recovery_code_account_id'), 'recovery_code', ['account_id'])
    op.create_table(
        'password',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('hash', sa.String(length=255), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_password_account_id')),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_password')),
    )
    with op.batch_alter_table('account') as batch_op:
        batch_op.add_column(sa.Column('second_factors', sa.Integer(), nullable=False, server_default='0'))
    op.execute(
        "UPDATE account SET second_factors ="
        " (SELECT count(*) FROM passkey WHERE passkey.account_id = account.id)"
    )
    with op.batch_alter_table('account') as batch_op:
        batch_op.alter_column('second_factors', server_default=None)


def downgrade():
    with op.batch_alter_table('account') as batch_op:
        batch_op.drop_column('second_factors')
    for table in ('password', 'recovery_code', 'authenticator'):
        op.drop_table(table)
