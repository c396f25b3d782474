"""Models of the newsletter: subscribers, consents, suppression list, limits, outgoing emails."""

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
