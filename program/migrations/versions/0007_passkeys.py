"""Passkeys, what devices call an account, and the challenges that were answered."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'passkey_holder',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('handle', sa.LargeBinary(length=64), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_passkey_holder_account_id')),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_passkey_holder')),
        sa.UniqueConstraint('handle', name=op.f('uq_passkey_holder_handle')),
    )
    op.create_table(
        'passkey',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('credential_id', sa.LargeBinary(length=1023), nullable=False),
        sa.Column('public_key', sa.LargeBinary(), nullable=False),
        sa.Column('sign_count', sa.BigInteger(), nullable=False),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('transports', sa.String(length=120), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_used_at', sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_passkey_account_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
        sa.UniqueConstraint('credential_id', name=op.f('uq_passkey_credential_id')),
    )
    op.create_index(op.f('ix_passkey_account_id'), 'passkey', ['account_id'])
    op.create_table(
        'spent_challenge',
        sa.Column('challenge_hash', sa.String(length=64), nullable=False),
        sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('challenge_hash', name=op.f('pk_spent_challenge')),
    )
    op.create_index(op.f('ix_spent_challenge_expires_at'), 'spent_challenge', ['expires_at'])


def downgrade():
    op.drop_table('spent_challenge')
    op.drop_table('passkey')
    op.drop_table('passkey_holder')
