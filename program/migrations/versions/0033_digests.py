"""Mentors choose one mail a day."""

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('account', sa.Column('digest_since', sa.DateTime(timezone=True), nullable=True))
    where = sa.text('digest_since IS NOT NULL')
    op.create_index(
        'ix_account_digest', 'account', ['folded', 'id'], postgresql_where=where, sqlite_where=where
    )


def downgrade():
    op.drop_index('ix_account_digest', table_name='account')
    with op.batch_alter_table('account', schema=None) as batch_op:
        batch_op.drop_column('digest_since')
