"""The letter's data: who reads it, what they agreed to, who must not be written to, and the mails that ask."""

from .alerts import StaffAlert
from .ceiling import ConfirmationCeiling, ConfirmationSlot
from .consents import Consent
from .erasures import Erasure
from .limits import MailAllowance, SignupAddress, SignupNetwork
from .outbox import ConfirmationMail
from .subscribers import Subscriber
from .suppression import Suppression, SuppressionKey

__all__ = [
    "ConfirmationCeiling",
    "ConfirmationMail",
    "ConfirmationSlot",
    "Consent",
    "Erasure",
    "MailAllowance",
    "SignupAddress",
    "SignupNetwork",
    "StaffAlert",
    "Subscriber",
    "Suppression",
    "SuppressionKey",
]
