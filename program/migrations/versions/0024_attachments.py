"""Files beside a report."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'attachment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('report_id', sa.Integer(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('size', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('after_revision', sa.Integer(), nullable=False),
        sa.Column('until_revision', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_attachment_by_id')),
        sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_attachment_report_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
    )
    op.create_index(op.f('ix_attachment_report_id'), 'attachment', ['report_id'])


def downgrade():
    op.drop_table('attachment')
