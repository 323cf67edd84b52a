"""Which sections a return asks to change, what mentors say to staff alone, and reviews that are not sent yet."""

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sections', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.alter_column('sections', server_default=None)
    op.create_table(
        'mentor_view',
        sa.Column('review_id', sa.Integer(), nullable=False),
        sa.Column('signal', sa.String(length=24), nullable=True),
        sa.Column('line', sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(['review_id'], ['review.id'], name=op.f('fk_mentor_view_review_id')),
        sa.PrimaryKeyConstraint('review_id', name=op.f('pk_mentor_view')),
    )
    op.create_table(
        'review_draft',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('report_id', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('revision_number', sa.Integer(), nullable=False),
        sa.Column('typed', sa.JSON(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_review_draft_author_id')),
        sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_review_draft_report_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_review_draft')),
        sa.UniqueConstraint('report_id', 'author_id', name=op.f('uq_review_draft_report_id_author_id')),
    )
    op.create_index(op.f('ix_review_draft_author_id'), 'review_draft', ['author_id'])


def downgrade():
    op.drop_table('review_draft')
    op.drop_table('mentor_view')
    with op.batch_alter_table('review', schema=None) as batch_op:
        batch_op.drop_column('sections')
