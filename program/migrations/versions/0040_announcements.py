"""Staff write to a group of a cohort's people."""

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

OF_ANNOUNCEMENTS = sa.text("kind = 'announcement'")


def upgrade():
    op.create_table(
        'announcement',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cohort_id', sa.Integer(), nullable=False),
        sa.Column('author_id', sa.Integer(), nullable=False),
        sa.Column('subject', sa.String(length=150), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('leads_to', sa.String(length=24), nullable=False),
        sa.Column('parts', sa.JSON(), nullable=False),
        sa.Column('track_ids', sa.JSON(), nullable=False),
        sa.Column('manager_id', sa.Integer(), nullable=True),
        sa.Column('owes', sa.String(length=24), nullable=False),
        sa.Column('kinds', sa.JSON(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('recipients', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_announcement_author_id')),
        sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_announcement_cohort_id')),
        sa.ForeignKeyConstraint(['manager_id'], ['account.id'], name=op.f('fk_announcement_manager_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_announcement')),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f('ix_announcement_cohort_id_id'), 'announcement', ['cohort_id', 'id'])
    op.create_index(op.f('ix_announcement_author_id'), 'announcement', ['author_id'])
    op.create_index(
        'ix_notice_announcement',
        'notice',
        ['subject_id', 'state'],
        sqlite_where=OF_ANNOUNCEMENTS,
        postgresql_where=OF_ANNOUNCEMENTS,
    )


def downgrade():
    op.drop_index('ix_notice_announcement', 'notice')
    op.drop_table('announcement')
