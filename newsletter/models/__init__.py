"""The letter's data: who reads it, what they agreed to, who must not be written to, and the mails that ask."""

from .consents import Consent
from .erasures import Erasure
from .limits import MailAllowance, SignupAddress, SignupNetwork
from .outbox import ConfirmationMail
from .subscribers import Subscriber
from .suppression import Suppression, SuppressionKey

__all__ = [
    "ConfirmationMail",
    "Consent",
    "Erasure",
    "MailAllowance",
    "SignupAddress",
    "SignupNetwork",
    "Subscriber",
    "Suppression",
    "SuppressionKey",
]
