"""Texts beside the buttons. The form's own text is signed, so a consent records what the subscriber saw."""

from django.core.signing import BadSignature, Signer

from insights.models import SiteSettings

CONFIRM_WORDING = "Press “Confirm” to subscribe. Every issue has a link to unsubscribe."
LEAVE_WORDING = "Press “Unsubscribe” and you will get no more issues."

PROOF_FORM = "email address entered in the sign-up form"
PROOF_LINK = "button pressed after opening the link in the confirmation email"
PROOF_LEAVE_LINK = "button pressed after opening the unsubscribe link in an email"
PROOF_ONE_CLICK = "one-click unsubscribe in the email program (RFC 8058)"
PROOF_STAFF = "requested by the subscriber, recorded by staff"

_SIGNER = Signer(salt="newsletter.signup_note")


def signed_note() -> str:
    return _SIGNER.sign(SiteSettings.current().signup_note)


def shown_note(signed: str) -> str:
    """Return the note that a posted form showed; the current one if our signature is missing."""
    try:
        return _SIGNER.unsign(signed)
    except BadSignature:
        return SiteSettings.current().signup_note
