"""The chain of audit events, and where it ends."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

SEALS = ('details', 'previous', 'seal')
INDEXES = {
    'subject': (['subject_kind', 'subject_id', 'id'], ['subject_kind', 'subject_id', 'at']),
    'actor': (['actor_id', 'id'], ['actor_id', 'at']),
    'tag': (None, ['tag', 'at']),
    'address': (None, ['address', 'at']),
}


def name_of(columns):
    return op.f('ix_audit_event_' + '_'.join(columns))


def upgrade():
    with op.batch_alter_table('audit_event') as batch_op:
        batch_op.add_column(sa.Column('sequence', sa.Integer()))
        for name in SEALS:
            batch_op.add_column(sa.Column(name, sa.String(length=64), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('redacted_for', sa.Integer()))
        batch_op.create_unique_constraint(op.f('uq_audit_event_sequence'), ['sequence'])
        for old, new in INDEXES.values():
            if old:
                batch_op.drop_index(name_of(old))
            batch_op.create_index(name_of(new), new)
    numbers = "SELECT id, row_number() OVER (ORDER BY id) AS place FROM audit_event"
    op.execute(f"UPDATE audit_event SET sequence = n.place FROM ({numbers}) AS n WHERE n.id = audit_event.id")
    with op.batch_alter_table('audit_event') as batch_op:
        for name in SEALS:
            batch_op.alter_column(name, server_default=None)
    op.create_table(
        'audit_head',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('since', sa.Integer(), nullable=False),
        sa.Column('since_seal', sa.String(length=64), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('seal', sa.String(length=64), nullable=False),
        sa.Column('mac', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head')),
    )
    op.execute("INSERT INTO audit_head SELECT 1, count(*), '', count(*), '', '' FROM audit_event")


def downgrade():
    op.drop_table('audit_head')
    with op.batch_alter_table('audit_event') as batch_op:
        for old, new in INDEXES.values():
            batch_op.drop_index(name_of(new))
            if old:
                batch_op.create_index(name_of(old), old)
        batch_op.drop_constraint(op.f('uq_audit_event_sequence'), type_='unique')
        for name in ('redacted_for', *SEALS, 'sequence'):
            batch_op.drop_column(name)
