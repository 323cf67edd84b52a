"""What reports are written with: who reads a section, what is not for everyone, plans as items, the ramp."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('template_section', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('audience', sa.String(length=24), nullable=False, server_default='everyone')
        )
    with op.batch_alter_table('template_section', schema=None) as batch_op:
        batch_op.alter_column('audience', server_default=None)
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.add_column(sa.Column('handed_over_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('aside', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('words', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('fellow_words', sa.Integer(), nullable=True))
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.alter_column('aside', server_default=None)
        batch_op.create_index(batch_op.f('ix_revision_words_submitted_at'), ['words', 'submitted_at'])
    op.create_table(
        'plan_item',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('report_id', sa.Integer(), nullable=False),
        sa.Column('position', sa.Integer(), nullable=False),
        sa.Column('text', sa.Text(), nullable=False),
        sa.Column('outcome', sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_plan_item_report_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_item')),
    )
    op.create_index(op.f('ix_plan_item_report_id_position'), 'plan_item', ['report_id', 'position'])
    op.create_table(
        'authorship_override',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('fellowship_id', sa.Integer(), nullable=False),
        sa.Column('starts_on', sa.Date(), nullable=False),
        sa.Column('mode', sa.String(length=24), nullable=False),
        sa.Column('reason', sa.String(length=500), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_authorship_override_by_id')),
        sa.ForeignKeyConstraint(
            ['fellowship_id'], ['fellowship.id'], name=op.f('fk_authorship_override_fellowship_id')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_authorship_override')),
        sa.UniqueConstraint(
            'fellowship_id', 'starts_on', name=op.f('uq_authorship_override_fellowship_id_starts_on')
        ),
    )


def downgrade():
    op.drop_table('authorship_override')
    op.drop_table('plan_item')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_words_submitted_at'))
        batch_op.drop_column('fellow_words')
        batch_op.drop_column('words')
        batch_op.drop_column('aside')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_column('handed_over_at')
    with op.batch_alter_table('template_section', schema=None) as batch_op:
        batch_op.drop_column('audience')
