"""The number of a round of evaluations that was taken back is never another's: a page may still be open on it."""

from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def upgrade():
    remake(sqlite_autoincrement=True)


def downgrade():
    remake()


def remake(**told):
    """SQLite has to be told, and only of a new table; PostgreSQL gives no number twice."""
    if op.get_bind().dialect.name == 'sqlite':
        with op.batch_alter_table('evaluation_round', recreate='always', table_kwargs=told):
            pass
