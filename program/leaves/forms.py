"""The days of a leave."""

from program.fellows.forms import day_field
from program.forms import Form, line_field


class LeaveForm(Form):
    """Days on which a fellow owes nothing, and why."""

    starts_on = day_field("First day")
    ends_on = day_field("Last day")
    reason = line_field("Reason", required=False, limit=200, description="Staff and the fellow read it.")


class LeaveEndForm(Form):
    """Another last day for a leave."""

    ends_on = day_field("Last day", id="other_ends_on")
