"""Evaluations: when mentors are asked, and what they said of their fellows."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('evaluation_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('moment', sa.String(length=24), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('opens_at < due_at', name=op.f('ck_evaluation_round_dates')),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_evaluation_round_cohort_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation_round')),
    sa.UniqueConstraint('cohort_id', 'moment', name=op.f('uq_evaluation_round_cohort_id_moment'))
    )
    op.create_table('evaluation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('fellowship_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('wording', sa.Integer(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('led', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('saved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_evaluation_author_id')),
    sa.ForeignKeyConstraint(['fellowship_id'], ['fellowship.id'], name=op.f('fk_evaluation_fellowship_id')),
    sa.ForeignKeyConstraint(['round_id'], ['evaluation_round.id'], name=op.f('fk_evaluation_round_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_evaluation')),
    sa.UniqueConstraint('round_id', 'fellowship_id', 'author_id', name=op.f('uq_evaluation_round_id_fellowship_id_author_id'))
    )
    with op.batch_alter_table('evaluation') as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_author_id_id'), ['author_id', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_evaluation_fellowship_id'), ['fellowship_id'], unique=False)

    op.create_table('evaluation_report',
    sa.Column('evaluation_id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['evaluation_id'], ['evaluation.id'], name=op.f('fk_evaluation_report_evaluation_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_evaluation_report_report_id')),
    sa.PrimaryKeyConstraint('evaluation_id', 'report_id', name=op.f('pk_evaluation_report'))
    )
    with op.batch_alter_table('evaluation_report') as batch_op:
        batch_op.create_index(batch_op.f('ix_evaluation_report_report_id'), ['report_id'], unique=False)

    op.create_table('evaluation_score',
    sa.Column('evaluation_id', sa.Integer(), nullable=False),
    sa.Column('dimension', sa.String(length=40), nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.CheckConstraint('score BETWEEN 1 AND 10', name=op.f('ck_evaluation_score_score')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['evaluation.id'], name=op.f('fk_evaluation_score_evaluation_id')),
    sa.PrimaryKeyConstraint('evaluation_id', 'dimension', name=op.f('pk_evaluation_score'))
    )


def downgrade():
    op.drop_table('evaluation_score')
    with op.batch_alter_table('evaluation_report') as batch_op:
        batch_op.drop_index(batch_op.f('ix_evaluation_report_report_id'))

    op.drop_table('evaluation_report')
    with op.batch_alter_table('evaluation') as batch_op:
        batch_op.drop_index(batch_op.f('ix_evaluation_fellowship_id'))
        batch_op.drop_index(batch_op.f('ix_evaluation_author_id_id'))

    op.drop_table('evaluation')
    op.drop_table('evaluation_round')
