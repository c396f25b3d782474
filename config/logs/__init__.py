"""Logs: no personal data, and nothing forged by a request."""
