"""What the tables of before gain from the shape of a programme, and what their rows are looked for and sorted by."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = '0014a'
down_revision = '0014'
branch_labels = None
depends_on = None

PLAIN = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def fold(text):
    apart = unicodedata.normalize("NFKD", (text or "").casefold())
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).translate(PLAIN).split())


def folded(length):
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def fill(table, *texts):
    """Write what the rows of a table are looked for by."""
    rows = op.get_bind().execute(sa.text(f"SELECT id, {', '.join(texts)} FROM {table}")).all()
    found = [{"id": row[0], "folded": " ".join(fold(text) for text in row[1:])} for row in rows]
    if found:
        op.get_bind().execute(sa.text(f"UPDATE {table} SET folded = :folded WHERE id = :id"), found)


def add(table, *columns):
    """Add columns that have to have a value, which the rows of before get; the defaults are the models' afterwards."""
    with op.batch_alter_table(table) as batch_op:
        for column in columns:
            batch_op.add_column(column)
    with op.batch_alter_table(table) as batch_op:
        for column in columns:
            if column.server_default is not None:
                batch_op.alter_column(column.name, server_default=None)


def upgrade():
    add('account', sa.Column('folded', folded(800), nullable=False, server_default=''))
    add('cohort', sa.Column('anywhere_on_earth', sa.Boolean(), nullable=False, server_default=sa.false()))
    add(
        'engagement',
        sa.Column('seats_min', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('next_step', sa.String(length=200), nullable=False, server_default=''),
        sa.Column('next_step_on', sa.Date()),
        sa.Column('owner_id', sa.Integer()),
    )
    add(
        'fellowship',
        sa.Column('second_track_id', sa.Integer()),
        sa.Column('track_weight', sa.Integer(), nullable=False, server_default='100'),
        sa.Column('folded', folded(800), nullable=False, server_default=''),
    )
    add(
        'mentor',
        sa.Column('folded', folded(480), nullable=False, server_default=''),
        sa.Column('email', sa.String(length=254)),
        sa.Column('expertise', sa.Text(), nullable=False, server_default=''),
        sa.Column('links', sa.Text(), nullable=False, server_default=''),
        sa.Column('notes', sa.Text(), nullable=False, server_default=''),
    )
    add(
        'organisation',
        sa.Column('folded', folded(480), nullable=False, server_default=''),
        sa.Column('provisional', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('merged_into_id', sa.Integer()),
    )
    add(
        'phase',
        sa.Column('weekday', sa.Integer(), nullable=False, server_default='4'),
        sa.Column('due_time', sa.Time(), nullable=False, server_default='17:00:00'),
    )
    with op.batch_alter_table('organisation_alias') as batch_op:
        batch_op.alter_column('folded', existing_type=sa.String(length=120), type_=folded(480))
    fill('account', 'name', 'email')
    fill('mentor', 'name')
    fill('organisation', 'name')
    fill('organisation_alias', 'name')
    fill('fellowship', 'project')
    with op.batch_alter_table('account') as batch_op:
        batch_op.drop_index(op.f('ix_account_name_id'))
        batch_op.create_index(op.f('ix_account_folded_id'), ['folded', 'id'])
    with op.batch_alter_table('engagement') as batch_op:
        batch_op.create_index(op.f('ix_engagement_cohort_id_stage_id'), ['cohort_id', 'stage', 'id'])
        batch_op.create_index(op.f('ix_engagement_owner_id_next_step_on'), ['owner_id', 'next_step_on'])
        batch_op.create_foreign_key(op.f('fk_engagement_owner_id'), 'account', ['owner_id'], ['id'])
    with op.batch_alter_table('fellowship') as batch_op:
        batch_op.create_index(op.f('ix_fellowship_second_track_id'), ['second_track_id'])
        batch_op.create_foreign_key(op.f('fk_fellowship_second_track_id'), 'track', ['second_track_id'], ['id'])
        batch_op.create_check_constraint(op.f('ck_fellowship_weight'), 'track_weight BETWEEN 1 AND 100')
        batch_op.create_check_constraint(
            op.f('ck_fellowship_second_track'), '(second_track_id IS NULL) = (track_weight = 100)'
        )
        batch_op.create_check_constraint(
            op.f('ck_fellowship_two_tracks'), 'second_track_id IS NULL OR second_track_id <> track_id'
        )
    with op.batch_alter_table('mentor') as batch_op:
        batch_op.drop_index(op.f('ix_mentor_organisation_id'))
        batch_op.create_index(op.f('ix_mentor_folded_id'), ['folded', 'id'])
        batch_op.create_index(op.f('ix_mentor_organisation_id_folded_id'), ['organisation_id', 'folded', 'id'])
        batch_op.create_unique_constraint(op.f('uq_mentor_email'), ['email'])
    with op.batch_alter_table('organisation') as batch_op:
        batch_op.create_index(op.f('ix_organisation_folded_id'), ['folded', 'id'])
        batch_op.create_index(op.f('ix_organisation_merged_into_id'), ['merged_into_id'])
        batch_op.create_index(op.f('ix_organisation_provisional_folded_id'), ['provisional', 'folded', 'id'])
        batch_op.create_index(op.f('ix_organisation_sector_folded_id'), ['sector', 'folded', 'id'])
        batch_op.create_foreign_key(
            op.f('fk_organisation_merged_into_id'), 'organisation', ['merged_into_id'], ['id']
        )
        batch_op.create_check_constraint(
            op.f('ck_organisation_merged'), 'merged_into_id IS NULL OR merged_into_id <> id'
        )


def downgrade():
    with op.batch_alter_table('organisation') as batch_op:
        batch_op.drop_constraint(op.f('ck_organisation_merged'), type_='check')
        batch_op.drop_constraint(op.f('fk_organisation_merged_into_id'), type_='foreignkey')
        for index in ('folded_id', 'merged_into_id', 'provisional_folded_id', 'sector_folded_id'):
            batch_op.drop_index(op.f(f'ix_organisation_{index}'))
        for column in ('folded', 'provisional', 'merged_into_id'):
            batch_op.drop_column(column)
    with op.batch_alter_table('organisation_alias') as batch_op:
        batch_op.alter_column('folded', existing_type=folded(480), type_=sa.String(length=120))
    with op.batch_alter_table('mentor') as batch_op:
        batch_op.drop_constraint(op.f('uq_mentor_email'), type_='unique')
        batch_op.drop_index(op.f('ix_mentor_organisation_id_folded_id'))
        batch_op.drop_index(op.f('ix_mentor_folded_id'))
        batch_op.create_index(op.f('ix_mentor_organisation_id'), ['organisation_id'])
        for column in ('folded', 'email', 'expertise', 'links', 'notes'):
            batch_op.drop_column(column)
    with op.batch_alter_table('fellowship') as batch_op:
        for name in ('weight', 'second_track', 'two_tracks'):
            batch_op.drop_constraint(op.f(f'ck_fellowship_{name}'), type_='check')
        batch_op.drop_constraint(op.f('fk_fellowship_second_track_id'), type_='foreignkey')
        batch_op.drop_index(op.f('ix_fellowship_second_track_id'))
        for column in ('second_track_id', 'track_weight', 'folded'):
            batch_op.drop_column(column)
    with op.batch_alter_table('engagement') as batch_op:
        batch_op.drop_constraint(op.f('fk_engagement_owner_id'), type_='foreignkey')
        batch_op.drop_index(op.f('ix_engagement_owner_id_next_step_on'))
        batch_op.drop_index(op.f('ix_engagement_cohort_id_stage_id'))
        for column in ('seats_min', 'next_step', 'next_step_on', 'owner_id'):
            batch_op.drop_column(column)
    with op.batch_alter_table('account') as batch_op:
        batch_op.drop_index(op.f('ix_account_folded_id'))
        batch_op.create_index(op.f('ix_account_name_id'), ['name', 'id'])
        batch_op.drop_column('folded')
    with op.batch_alter_table('cohort') as batch_op:
        batch_op.drop_column('anywhere_on_earth')
    with op.batch_alter_table('phase') as batch_op:
        batch_op.drop_column('weekday')
        batch_op.drop_column('due_time')
