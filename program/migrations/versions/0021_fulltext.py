"""The words of submitted reports, as they are searched."""

import json

import sqlalchemy as sa
from alembic import op

from program.fulltext.models import INDEX, Words
from program.fulltext.words import words_of

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None

BATCH = 500
OUT = f"INSERT INTO {INDEX} ({INDEX}, rowid, words) VALUES ('delete', old.report_id, old.words);"
IN = f'INSERT INTO {INDEX} (rowid, words) VALUES (new.report_id, new.words);'
LATEST = (
    'SELECT report_id, body FROM revision WHERE report_id > :last AND submitted_at IS NOT NULL AND number = ('
    'SELECT max(other.number) FROM revision AS other WHERE other.report_id = revision.report_id'
    ' AND other.submitted_at IS NOT NULL) ORDER BY report_id LIMIT :batch'
)


def upgrade():
    table = op.create_table(
        'report_text',
        sa.Column('report_id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('words', Words(), nullable=False),
        sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_text_report_id')),
        sa.PrimaryKeyConstraint('report_id', name=op.f('pk_report_text')),
    )
    if op.get_bind().dialect.name == 'postgresql':
        op.create_index(op.f('ix_report_text_words'), 'report_text', ['words'], postgresql_using='gin')
    else:
        op.execute(
            f"CREATE VIRTUAL TABLE {INDEX} USING fts5"
            "(words, content='report_text', content_rowid='report_id', tokenize='ascii', prefix='2 3')"
        )
        for event, done in (('INSERT', IN), ('DELETE', OUT), ('UPDATE', f'{OUT} {IN}')):
            op.execute(
                f'CREATE TRIGGER report_text_{event.lower()} AFTER {event} ON report_text BEGIN {done} END'
            )
    fill(table)


def fill(table):
    last = 0
    while rows := op.get_bind().execute(sa.text(LATEST), {'last': last, 'batch': BATCH}).all():
        op.bulk_insert(table, [{'report_id': key, 'words': words_in(body)} for key, body in rows])
        last = rows[-1][0]


def words_in(body):
    texts = json.loads(body) if isinstance(body, str) else body
    return [word for text in texts.values() for word in words_of(text)]


def downgrade():
    if op.get_bind().dialect.name == 'sqlite':
        op.execute(f'DROP TABLE {INDEX}')
    op.drop_table('report_text')
