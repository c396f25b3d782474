"""What `feedback` tells the house. `config/wiring.py` answers.

answers_changed     what readers see of the answers to an article may differ from now on. article: Article
"""

from django.dispatch import Signal

answers_changed = Signal()
