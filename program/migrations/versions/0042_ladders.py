"""Ladders of a cohort; which rung of whose obligation a notice is, and in whose mail it travels."""

import sqlalchemy as sa
from alembic import op

revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'cohort_ladder',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cohort_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('rungs', sa.JSON(), nullable=False),
        sa.Column('end_days', sa.Integer(), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_cohort_ladder_cohort_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_cohort_ladder')),
        sa.UniqueConstraint('cohort_id', 'kind', name=op.f('uq_cohort_ladder_cohort_id_kind')),
    )
    with op.batch_alter_table('notice') as batch:
        batch.alter_column('rung', existing_type=sa.String(24), type_=sa.String(60), existing_nullable=False)
        batch.add_column(sa.Column('rung_at', sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch.add_column(sa.Column('carrier_id', sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f('fk_notice_owner_id'), 'account', ['owner_id'], ['id'])
        batch.create_foreign_key(
            op.f('fk_notice_carrier_id'), 'notice', ['carrier_id'], ['id'], ondelete='SET NULL'
        )
    op.create_index(op.f('ix_notice_carrier_id'), 'notice', ['carrier_id'])
    where = sa.text("kind = 'reminder'")
    op.create_index('ix_notice_told', 'notice', ['account_id', 'due_at'], sqlite_where=where, postgresql_where=where)
    # when the rung fell was not kept: the message was made then, or later
    op.execute("UPDATE notice SET rung_at = created_at WHERE kind = 'reminder'")


def downgrade():
    op.drop_index('ix_notice_told', table_name='notice')
    op.drop_index(op.f('ix_notice_carrier_id'), table_name='notice')
    op.execute("DELETE FROM notice WHERE state = 'held' OR length(rung) > 24 OR owner_id IS NOT NULL")
    with op.batch_alter_table('notice') as batch:
        batch.drop_constraint(op.f('fk_notice_carrier_id'), type_='foreignkey')
        batch.drop_constraint(op.f('fk_notice_owner_id'), type_='foreignkey')
        batch.drop_column('carrier_id')
        batch.drop_column('owner_id')
        batch.drop_column('rung_at')
        batch.alter_column('rung', existing_type=sa.String(60), type_=sa.String(24), existing_nullable=False)
    op.drop_table('cohort_ladder')
