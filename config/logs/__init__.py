"""Logging without personal data and without forged lines."""
