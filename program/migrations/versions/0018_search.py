"""Parts of names, by which people and things are found."""

import sqlalchemy as sa
from alembic import op

from program.names.parts import LONGEST, parts_of

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

NAMES = (
    ('person', 'SELECT id, folded FROM account'),
    ('mentor', 'SELECT id, folded FROM mentor'),
    ('organisation', 'SELECT id, folded FROM organisation'),
    ('organisation', 'SELECT organisation_id, folded FROM organisation_alias'),
    ('project', 'SELECT id, folded FROM fellowship'),
)
BATCH = 2_000


def upgrade():
    op.create_table(
        'search_part',
        sa.Column('kind', sa.String(length=24), nullable=False),
        sa.Column('subject_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            'part',
            sa.String(LONGEST).with_variant(sa.String(LONGEST, collation='C'), 'postgresql'),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint('kind', 'subject_id', 'part', name=op.f('pk_search_part')),
        sqlite_with_rowid=False,
    )
    for kind, query in NAMES:
        rows = op.get_bind().execute(sa.text(query)).all()
        for start in range(0, len(rows), BATCH):
            fill(kind, rows[start : start + BATCH])
    op.create_index(op.f('ix_search_part_kind_part_subject_id'), 'search_part', ['kind', 'part', 'subject_id'])


def fill(kind, rows):
    parts = {(subject, part) for subject, name in rows for part in parts_of(name)}
    found = [{'kind': kind, 'subject': subject, 'part': part} for subject, part in sorted(parts)]
    insert = 'INSERT INTO search_part (kind, subject_id, part) VALUES (:kind, :subject, :part) ON CONFLICT DO NOTHING'
    if found:
        op.get_bind().execute(sa.text(insert), found)


def downgrade():
    op.drop_table('search_part')
