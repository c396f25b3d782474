"""Texts beside the buttons. The form's own text is signed, so a consent records what the subscriber saw."""

from django.core.signing import BadSignature, Signer

from insights.models import SiteSettings

CONFIRM_WORDING = "One press and you are on the list. Every letter carries a link to leave."
LEAVE_WORDING = "One press and no further letter comes."

PROOF_FORM = "the address was typed into the form"
PROOF_LINK = "button behind the link mailed to the address"
PROOF_LEAVE_LINK = "button behind the link in a mail to the address"
PROOF_ONE_CLICK = "one-click unsubscription by the mail program (RFC 8058)"
PROOF_STAFF = "asked the newsroom, which wrote it down"

_SIGNER = Signer(salt="newsletter.signup_note")


def signed_note() -> str:
    return _SIGNER.sign(SiteSettings.current().signup_note)


def shown_note(signed: str) -> str:
    """Return the note that a posted form showed; the current one if our signature is missing."""
    try:
        return _SIGNER.unsign(signed)
    except BadSignature:
        return SiteSettings.current().signup_note
