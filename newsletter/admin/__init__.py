"""The letter at the editors' desk."""

from .subscribers import SubscriberAdmin

__all__ = ["SubscriberAdmin"]
