"""Emails: the message, the outbox, the dashboard panel."""
