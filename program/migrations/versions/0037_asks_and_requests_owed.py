"""Asks that an accepted report left open, and requests for more time, are owed by a moment."""

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None
LATER = {
    'postgresql': "{} + interval '{} days'",
    'sqlite': "strftime('%Y-%m-%d %H:%M:%S.000000', {}, '+{} days')",
}


def upgrade():
    later = LATER[op.get_bind().dialect.name]
    op.add_column('extension_request', sa.Column('owed_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(f'UPDATE extension_request SET owed_at = {later.format("created_at", 1)}')
    with op.batch_alter_table('extension_request', schema=None) as batch_op:
        batch_op.alter_column('owed_at', existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index(
        op.f('ix_extension_request_state_owed_at'), 'extension_request', ['state', 'owed_at'], unique=False
    )
    op.execute(
        f"UPDATE report SET owed_at = {later.format('decided_at', 7)} WHERE state = 'accepted'"
        ' AND id IN (SELECT report_id FROM ask WHERE answered_at IS NULL)'
    )


def downgrade():
    op.execute("UPDATE report SET owed_at = NULL WHERE state = 'accepted'")
    op.drop_index(op.f('ix_extension_request_state_owed_at'), table_name='extension_request')
    with op.batch_alter_table('extension_request', schema=None) as batch_op:
        batch_op.drop_column('owed_at')
