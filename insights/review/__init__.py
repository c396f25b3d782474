"""Handing an article over: the steps between author and editor, and the mails that tell whose turn it is."""

from insights.review.actions import NOTE_LENGTH, OutOfDate, approve, name_reviewer, request_changes, seen_as, submit

__all__ = ["NOTE_LENGTH", "OutOfDate", "approve", "name_reviewer", "request_changes", "seen_as", "submit"]
