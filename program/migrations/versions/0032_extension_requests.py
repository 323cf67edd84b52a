"""Fellows ask for a later deadline."""

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'extension_request',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('fellowship_id', sa.Integer(), nullable=False),
        sa.Column('period_id', sa.Integer(), nullable=False),
        sa.Column('wanted_on', sa.Date(), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('state', sa.String(length=24), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('word', sa.String(length=300), nullable=False),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['decided_by_id'], ['account.id'], name=op.f('fk_extension_request_decided_by_id')
        ),
        sa.ForeignKeyConstraint(
            ['fellowship_id'], ['fellowship.id'], name=op.f('fk_extension_request_fellowship_id')
        ),
        sa.ForeignKeyConstraint(
            ['period_id'], ['report_period.id'], name=op.f('fk_extension_request_period_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_extension_request')),
    )
    where = sa.text("state = 'open'")
    op.create_index(
        'uq_extension_request_open',
        'extension_request',
        ['fellowship_id', 'period_id'],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index(
        op.f('ix_extension_request_fellowship_id_period_id'),
        'extension_request',
        ['fellowship_id', 'period_id'],
    )
    op.create_index(op.f('ix_extension_request_period_id'), 'extension_request', ['period_id'])
    op.create_index(op.f('ix_extension_request_state_id'), 'extension_request', ['state', 'id'])


def downgrade():
    op.drop_table('extension_request')
