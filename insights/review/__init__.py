"""Handing an article over: the steps between author and editor, and the mails that tell whose turn it is."""

from insights.review.actions import NOTE_LENGTH, OutOfDate, approve, hand_in, name_reviewer, seen_as, send_back

__all__ = ["NOTE_LENGTH", "OutOfDate", "approve", "hand_in", "name_reviewer", "seen_as", "send_back"]
