"""Report templates as staff edit them: in drafts, versions and with a preview."""
