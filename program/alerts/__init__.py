"""Alerts to staff in their chat: counts and links, by the incoming webhook that chat services have in common."""
