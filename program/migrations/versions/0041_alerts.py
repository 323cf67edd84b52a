"""Staff are alerted in their chat; a message keeps when it failed, and since when it has been tried."""

import sqlalchemy as sa
from alembic import op

revision = '0041'
down_revision = '0040'
branch_labels = None
depends_on = None


def moment(name, *, nullable=False):
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade():
    op.create_table(
        'alert_channel',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('host', sa.String(length=253), nullable=False),
        sa.Column('address', sa.String(length=1_000), nullable=False),
        sa.Column('is_on', sa.Boolean(), nullable=False),
        moment('created_at'),
        moment('tried_at', nullable=True),
        sa.Column('last_error', sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alert_channel')),
    )
    op.create_table(
        'alert',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('dedupe_key', sa.String(length=160), nullable=False),
        sa.Column('channel_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        moment('since'),
        moment('until'),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(length=24), nullable=False),
        moment('created_at'),
        moment('not_before'),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('lease_token', sa.String(length=32), nullable=True),
        moment('lease_until', nullable=True),
        sa.ForeignKeyConstraint(
            ['channel_id'], ['alert_channel.id'], name=op.f('fk_alert_channel_id_alert_channel')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
        sa.UniqueConstraint('dedupe_key', name=op.f('uq_alert_dedupe_key')),
    )
    op.create_index('ix_alert_state_not_before', 'alert', ['state', 'not_before'])
    op.create_index('ix_alert_channel_id_state', 'alert', ['channel_id', 'state'])
    op.add_column('notice', moment('failed_at', nullable=True))
    op.add_column('notice', moment('tried_since', nullable=True))
    op.create_index('ix_notice_failed_at', 'notice', ['failed_at'])
    op.create_index('ix_notice_sent_at', 'notice', ['sent_at'])
    op.execute("UPDATE notice SET failed_at = not_before WHERE state = 'failed'")


def downgrade():
    op.drop_index('ix_notice_sent_at', table_name='notice')
    op.drop_index('ix_notice_failed_at', table_name='notice')
    with op.batch_alter_table('notice') as batch_op:
        batch_op.drop_column('tried_since')
        batch_op.drop_column('failed_at')
    op.drop_table('alert')
    op.drop_table('alert_channel')
