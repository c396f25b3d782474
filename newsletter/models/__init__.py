"""The letter's data: who reads it, what they agreed to, who must not be written to, and the mails that ask."""

from .consents import Consent
from .limits import MailAllowance, SignupAddress, SignupNetwork
from .outbox import ConfirmationMail
from .subscribers import Subscriber
from .suppression import Suppression, SuppressionKey

__all__ = [
    "ConfirmationMail",
    "Consent",
    "MailAllowance",
    "SignupAddress",
    "SignupNetwork",
    "Subscriber",
    "Suppression",
    "SuppressionKey",
]
