"""What one owes, as a calendar that other programmes subscribe to."""
