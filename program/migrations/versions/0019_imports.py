"""Imports: their files, what was found in the rows, what is remembered for the next one."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('import_mapping',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('signature', sa.String(length=64), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_mapping')),
    sa.UniqueConstraint('kind', 'signature', name=op.f('uq_import_mapping_kind_signature'))
    )
    op.create_table('import_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('cohort_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('moved', sa.Boolean(), nullable=False),
    sa.Column('rows_done', sa.Integer(), nullable=False),
    sa.Column('rows_total', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_token', sa.String(length=32), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_error', sa.String(length=500), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_by_id', sa.Integer(), nullable=False),
    sa.Column('confirmed_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['cohort_id'], ['cohort.id'], name=op.f('fk_import_run_cohort_id')),
    sa.ForeignKeyConstraint(['confirmed_by_id'], ['account.id'], name=op.f('fk_import_run_confirmed_by_id')),
    sa.ForeignKeyConstraint(['created_by_id'], ['account.id'], name=op.f('fk_import_run_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_run'))
    )
    with op.batch_alter_table('import_run') as batch_op:
        batch_op.create_index(batch_op.f('ix_import_run_cohort_id'), ['cohort_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_run_state_lease_until'), ['state', 'lease_until'], unique=False)

    op.create_table('import_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('sheet', sa.String(length=120), nullable=False),
    sa.Column('heads_at', sa.Integer(), nullable=False),
    sa.Column('heads', sa.JSON(), nullable=False),
    sa.Column('samples', sa.JSON(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('choices', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['import_run.id'], name=op.f('fk_import_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_file'))
    )
    op.create_table('import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('import_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('verdict', sa.String(length=24), nullable=False),
    sa.Column('label', sa.String(length=250), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('changes', sa.JSON(), nullable=False),
    sa.Column('errors', sa.JSON(), nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_import_row_account_id')),
    sa.ForeignKeyConstraint(['import_id'], ['import_run.id'], name=op.f('fk_import_row_import_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sa.UniqueConstraint('import_id', 'number', name=op.f('uq_import_row_import_id_number'))
    )
    with op.batch_alter_table('import_row') as batch_op:
        batch_op.create_index(batch_op.f('ix_import_row_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_row_address'), ['address'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_row_import_id_verdict_number'), ['import_id', 'verdict', 'number'], unique=False)

    op.create_table('other_address',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=254), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=True),
    sa.Column('mentor_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_other_address_account_id')),
    sa.ForeignKeyConstraint(['mentor_id'], ['mentor.id'], name=op.f('fk_other_address_mentor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_other_address')),
    sa.UniqueConstraint('address', 'account_id', name=op.f('uq_other_address_address_account_id')),
    sa.UniqueConstraint('address', 'mentor_id', name=op.f('uq_other_address_address_mentor_id'))
    )
    with op.batch_alter_table('other_address') as batch_op:
        batch_op.create_index(batch_op.f('ix_other_address_account_id'), ['account_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_other_address_mentor_id'), ['mentor_id'], unique=False)


def downgrade():
    with op.batch_alter_table('other_address') as batch_op:
        batch_op.drop_index(batch_op.f('ix_other_address_mentor_id'))
        batch_op.drop_index(batch_op.f('ix_other_address_account_id'))

    op.drop_table('other_address')
    with op.batch_alter_table('import_row') as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_row_import_id_verdict_number'))
        batch_op.drop_index(batch_op.f('ix_import_row_address'))
        batch_op.drop_index(batch_op.f('ix_import_row_account_id'))

    op.drop_table('import_row')
    op.drop_table('import_file')
    with op.batch_alter_table('import_run') as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_run_state_lease_until'))
        batch_op.drop_index(batch_op.f('ix_import_run_cohort_id'))

    op.drop_table('import_run')
    op.drop_table('import_mapping')
