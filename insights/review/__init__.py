"""Review of articles: submit, request changes, approve, name a reviewer, and the emails about it."""

from insights.review.actions import NOTE_LENGTH, OutOfDate, approve, name_reviewer, request_changes, seen_as, submit

__all__ = ["NOTE_LENGTH", "OutOfDate", "approve", "name_reviewer", "request_changes", "seen_as", "submit"]
