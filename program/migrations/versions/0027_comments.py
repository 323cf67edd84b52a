"""Comments beside reports."""

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'report_comment',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('report_id', sa.Integer(), nullable=False),
        sa.Column('section_key', sa.String(length=40), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_report_comment_author_id')),
        sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_comment_report_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_report_comment')),
    )
    op.create_index(op.f('ix_report_comment_report_id_id'), 'report_comment', ['report_id', 'id'])


def downgrade():
    op.drop_table('report_comment')
