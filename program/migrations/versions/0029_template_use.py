"""Counting the reports that were begun with a template."""

from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(op.f('ix_report_template_id'), 'report', ['template_id'])


def downgrade():
    op.drop_index(op.f('ix_report_template_id'), 'report')
