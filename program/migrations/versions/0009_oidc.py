"""Who is who at the OpenID Connect issuer."""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'oidc_identity',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('issuer', sa.String(length=255), nullable=False),
        sa.Column('subject', sa.String(length=255), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_oidc_identity_account_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_oidc_identity')),
        sa.UniqueConstraint('issuer', 'subject', name=op.f('uq_oidc_identity_issuer_subject')),
        sa.UniqueConstraint('account_id', 'issuer', name=op.f('uq_oidc_identity_account_id_issuer')),
    )


def downgrade():
    op.drop_table('oidc_identity')
