"""Admin of the newsletter."""

from .subscribers import SubscriberAdmin

__all__ = ["SubscriberAdmin"]
