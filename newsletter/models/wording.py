"""The words that stand beside the buttons, kept here because a consent records what its reader saw.

Those of the sign-up form are a site setting. The form carries them along, signed, so that a consent keeps the words of
the page that was sent, also when an editor has changed them since.
"""

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
    """Return the note of the sign-up form with our signature: the same for everyone until an editor changes it."""
    return _SIGNER.sign(SiteSettings.current().signup_note)


def shown_note(signed: str) -> str:
    """Return the note that a posted form showed; today's for a form without our signature."""
    try:
        return _SIGNER.unsign(signed)
    except BadSignature:
        return SiteSettings.current().signup_note
