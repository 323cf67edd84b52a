"""Deadlines that bend: what differs for one fellowship, when a report is late, reports beside the calendar."""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table('cohort') as batch_op:
        batch_op.add_column(sa.Column('grace_hours', sa.Integer(), nullable=False, server_default='12'))
        batch_op.add_column(sa.Column('very_late_days', sa.Integer(), nullable=False, server_default='7'))
    with op.batch_alter_table('cohort') as batch_op:
        batch_op.alter_column('grace_hours', server_default=None)
        batch_op.alter_column('very_late_days', server_default=None)
    with op.batch_alter_table('report_period') as batch_op:
        batch_op.add_column(sa.Column('kind', sa.String(length=24), nullable=False, server_default='weekly'))
        batch_op.add_column(sa.Column('called', sa.String(length=60), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('fellowship_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('template_id', sa.Integer(), nullable=True))
    with op.batch_alter_table('report_period') as batch_op:
        batch_op.alter_column('kind', server_default=None)
        batch_op.alter_column('called', server_default=None)
        batch_op.alter_column('number', existing_type=sa.Integer(), nullable=True)
        batch_op.create_foreign_key(
            batch_op.f('fk_report_period_fellowship_id'), 'fellowship', ['fellowship_id'], ['id']
        )
        batch_op.create_foreign_key(
            batch_op.f('fk_report_period_template_id'), 'report_template', ['template_id'], ['id']
        )
        batch_op.create_check_constraint(
            batch_op.f('ck_report_period_numbered'), "(kind = 'weekly') = (number IS NOT NULL)"
        )
        batch_op.create_index(batch_op.f('ix_report_period_fellowship_id'), ['fellowship_id'])
    op.create_table(
        'deadline',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('fellowship_id', sa.Integer(), nullable=False),
        sa.Column('period_id', sa.Integer(), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('excused', sa.Boolean(), nullable=False),
        sa.Column('reason', sa.String(length=200), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('excused = (due_at IS NULL)', name=op.f('ck_deadline_due')),
        sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_deadline_by_id')),
        sa.ForeignKeyConstraint(['fellowship_id'], ['fellowship.id'], name=op.f('fk_deadline_fellowship_id')),
        sa.ForeignKeyConstraint(['period_id'], ['report_period.id'], name=op.f('fk_deadline_period_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline')),
        sa.UniqueConstraint('fellowship_id', 'period_id', name=op.f('uq_deadline_fellowship_id_period_id')),
    )
    op.create_index(op.f('ix_deadline_period_id'), 'deadline', ['period_id'])
    op.create_index(op.f('ix_deadline_due_at'), 'deadline', ['due_at'])


def downgrade():
    op.drop_table('deadline')
    special = "SELECT id FROM report_period WHERE kind <> 'weekly'"
    for table in ('report_text', 'plan_item', 'ask', 'review', 'revision'):
        op.execute(
            f'DELETE FROM {table} WHERE report_id IN (SELECT id FROM report WHERE period_id IN ({special}))'
        )
    op.execute(f'DELETE FROM report WHERE period_id IN ({special})')
    op.execute("DELETE FROM report_period WHERE kind <> 'weekly'")
    with op.batch_alter_table('report_period') as batch_op:
        batch_op.drop_index(batch_op.f('ix_report_period_fellowship_id'))
        batch_op.drop_constraint(batch_op.f('ck_report_period_numbered'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_report_period_template_id'), type_='foreignkey')
        batch_op.drop_constraint(batch_op.f('fk_report_period_fellowship_id'), type_='foreignkey')
        batch_op.alter_column('number', existing_type=sa.Integer(), nullable=False)
        batch_op.drop_column('template_id')
        batch_op.drop_column('fellowship_id')
        batch_op.drop_column('called')
        batch_op.drop_column('kind')
    with op.batch_alter_table('cohort') as batch_op:
        batch_op.drop_column('very_late_days')
        batch_op.drop_column('grace_hours')
