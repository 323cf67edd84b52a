"""What is different for one fellow: when their reports are due, and how late they are."""
