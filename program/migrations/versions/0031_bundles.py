"""Reports of a cohort as one zip."""

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        'bundle',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('cohort_id', sa.Integer(), nullable=False),
        sa.Column('making_of', sa.Integer(), nullable=True),
        sa.Column('state', sa.String(length=24), nullable=False),
        sa.Column('fellows_done', sa.Integer(), nullable=False),
        sa.Column('fellows_total', sa.Integer(), nullable=False),
        sa.Column('attempts', sa.Integer(), nullable=False),
        sa.Column('lease_token', sa.String(length=32), nullable=True),
        sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('last_error', sa.String(length=500), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('created_by_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_bundle_cohort_id')),
        sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_bundle_created_by_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_bundle')),
        sa.UniqueConstraint('making_of', name=op.f('uq_bundle_making_of')),
    )
    op.create_index(op.f('ix_bundle_cohort_id_id'), 'bundle', ['cohort_id', 'id'])
    op.create_index(op.f('ix_bundle_state_lease_until'), 'bundle', ['state', 'lease_until'])
    op.create_table(
        'bundle_part',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('bundle_id', sa.Integer(), nullable=False),
        sa.Column('fellowship_id', sa.Integer(), nullable=False),
        sa.Column('folder', sa.String(length=120), nullable=False),
        sa.Column('paper', sa.LargeBinary(), nullable=False),
        sa.Column('written', sa.LargeBinary(), nullable=False),
        sa.Column('sheet', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['bundle_id'], ['bundle.id'], name=op.f('fk_bundle_part_bundle_id')),
        sa.ForeignKeyConstraint(['fellowship_id'], ['fellowship.id'], name=op.f('fk_bundle_part_fellowship_id')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_bundle_part')),
        sa.UniqueConstraint('bundle_id', 'fellowship_id', name=op.f('uq_bundle_part_bundle_id_fellowship_id')),
    )
    op.create_index(op.f('ix_bundle_part_fellowship_id'), 'bundle_part', ['fellowship_id'])


def downgrade():
    op.drop_table('bundle_part')
    op.drop_table('bundle')
