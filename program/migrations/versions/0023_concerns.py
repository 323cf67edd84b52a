"""Concerns: to whom they were put, and their threads."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('concern',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('fellowship_id', sa.Integer(), nullable=False),
    sa.Column('report_id', sa.Integer(), nullable=True),
    sa.Column('raised_by_id', sa.Integer(), nullable=False),
    sa.Column('raised_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('state', sa.String(length=24), nullable=False),
    sa.Column('owed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('once', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['fellowship_id'], ['fellowship.id'], name=op.f('fk_concern_fellowship_id')),
    sa.ForeignKeyConstraint(['raised_by_id'], ['account.id'], name=op.f('fk_concern_raised_by_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_concern_report_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern')),
    sa.UniqueConstraint('raised_by_id', 'once', name=op.f('uq_concern_raised_by_id_once'))
    )
    with op.batch_alter_table('concern') as batch_op:
        batch_op.create_index(batch_op.f('ix_concern_fellowship_id'), ['fellowship_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_report_id'), ['report_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_state_owed_at'), ['state', 'owed_at'], unique=False)

    op.create_table('concern_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('concern_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('step', sa.String(length=24), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('once', sa.String(length=32), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_concern_message_author_id')),
    sa.ForeignKeyConstraint(['concern_id'], ['concern.id'], name=op.f('fk_concern_message_concern_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern_message')),
    sa.UniqueConstraint('author_id', 'once', name=op.f('uq_concern_message_author_id_once'))
    )
    with op.batch_alter_table('concern_message') as batch_op:
        batch_op.create_index(batch_op.f('ix_concern_message_concern_id_id'), ['concern_id', 'id'], unique=False)

    op.create_table('concern_staff',
    sa.Column('concern_id', sa.Integer(), nullable=False),
    sa.Column('account_id', sa.Integer(), nullable=False),
    sa.Column('named_by_id', sa.Integer(), nullable=False),
    sa.Column('named_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_concern_staff_account_id')),
    sa.ForeignKeyConstraint(['concern_id'], ['concern.id'], name=op.f('fk_concern_staff_concern_id')),
    sa.ForeignKeyConstraint(['named_by_id'], ['account.id'], name=op.f('fk_concern_staff_named_by_id')),
    sa.PrimaryKeyConstraint('concern_id', 'account_id', name=op.f('pk_concern_staff'))
    )
    with op.batch_alter_table('concern_staff') as batch_op:
        batch_op.create_index(batch_op.f('ix_concern_staff_account_id'), ['account_id'], unique=False)


def downgrade():
    op.drop_table('concern_staff')
    op.drop_table('concern_message')
    op.drop_table('concern')
