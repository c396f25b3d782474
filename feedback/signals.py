"""Signals of `feedback`; `config/wiring.py` has the receivers.

answers_changed     public comments or votes of an article may have changed. article: Article
"""

from django.dispatch import Signal

answers_changed = Signal()
