"""Addresses that take no mail, a relay that is away, and how fast domains are written to."""

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade():
    op.create_table(
        'suppressed_address',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('address', sa.String(length=254), nullable=False),
        sa.Column('why', sa.String(length=24), nullable=False),
        sa.Column('status', sa.String(length=16), nullable=False),
        sa.Column('at', MOMENT, nullable=False),
        sa.Column('notice_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['account_id'], ['account.id'], name='fk_suppressed_address_account_id'
        ),
        sa.ForeignKeyConstraint(
            ['notice_id'], ['notice.id'], name='fk_suppressed_address_notice_id', ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name='pk_suppressed_address'),
        sa.UniqueConstraint('address', name='uq_suppressed_address_address'),
    )
    for column in ('account_id', 'notice_id'):
        op.create_index(f'ix_suppressed_address_{column}', 'suppressed_address', [column])
    op.create_table(
        'taken_return',
        sa.Column('signature', sa.String(length=64), nullable=False),
        sa.Column('expires_at', MOMENT, nullable=False),
        sa.PrimaryKeyConstraint('signature', name='pk_taken_return'),
    )
    op.create_index('ix_taken_return_expires_at', 'taken_return', ['expires_at'])
    op.create_table(
        'relay_state',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.Column('opened_at', MOMENT, nullable=True),
        sa.Column('probe_at', MOMENT, nullable=True),
        sa.Column('wait_seconds', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('id', name='pk_relay_state'),
    )
    op.create_table(
        'domain_pace',
        sa.Column('domain', sa.String(length=254), nullable=False),
        sa.Column('minute', MOMENT, nullable=False),
        sa.Column('used', sa.Integer(), nullable=False),
        sa.Column('later', MOMENT, nullable=False),
        sa.Column('queued', sa.Integer(), nullable=False),
        sa.Column('slow_until', MOMENT, nullable=True),
        sa.Column('slow_seconds', sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint('domain', name='pk_domain_pace'),
    )


def downgrade():
    for table in ('domain_pace', 'relay_state', 'taken_return', 'suppressed_address'):
        op.drop_table(table)
