"""What other programs say of a subscriber's state, in our words.

None of their words makes anyone confirmed: a program's “active” is no record of a consent. Words for people who must
not get email win over everything else in a row. An unknown word is refused, since it could be one of those.
"""

from __future__ import annotations

import re

LEFT, BOUNCED, PENDING = "left", "bounced", "pending"

_WORDS = {
    LEFT: "left unsubscribed unsubscribe unsub unsubscribes opted_out opt_out optout opted_out_of_email "
    "cancelled canceled removed deleted disabled inactive deactivated suppressed suppression blocked blocklisted "
    "blacklisted denied banned complained complaint complaints spam spam_complaint spam_complaints marked_as_spam "
    "abuse archived expired_opt_in nonsubscribed non_subscribed not_subscribed never_subscribed transactional "
    "do_not_email do_not_contact do_not_mail no_marketing declined rejected paused",
    BOUNCED: "bounced bounce hard_bounce hard_bounced soft_bounced hardbounced bounced_hard cleaned clean invalid "
    "undeliverable undelivered dead invalid_email_address failed junk",
    # The person was asked for nothing here yet, whatever the other program calls it.
    PENDING: "pending active subscribed subscriber confirmed enabled regular unconfirmed unactivated "
    "awaiting_confirmation not_confirmed waiting validating needs_attention new opted_in optin opt_in cold engaged "
    "unengaged valid verified unverified ok imported free paid premium comp complimentary gift gifted trial trialed "
    "trialing lifetime founding founder author past_due unpaid churned churning double_opt_in single_opt_in double "
    "single subscription_confirmed expired member members lead contact upcoming",
}
_STATE_OF = {word: state for state, words in _WORDS.items() for word in words.split()}
_YES = frozenset({"true", "yes", "y", "t", "1", "on", "x", "wahr", "ja", "vrai", "oui"})
_NO = frozenset({"false", "no", "n", "f", "0", "off", "falsch", "nein", "faux", "non"})
_NOT_WORD = re.compile(r"[\W_]+")


class UnknownWord(ValueError):
    """A word for a state that could mean anything."""


def as_name(text: str) -> str:
    """A heading or a word without case, blanks and signs: “Email Address” and “EMAIL_ADDRESS” are one."""
    return _NOT_WORD.sub("_", text.casefold()).strip("_")


def state_of(text: str, *, may_differ: bool = False) -> str:
    """LEFT, BOUNCED or PENDING for a word; of several words between commas the strongest.

    Raises UnknownWord; not in a column that may hold other things (`may_differ`), such as a plan “Gold”.
    """
    found = {_STATE_OF.get(as_name(word)) for word in re.split(r"[,;|]", text) if word.strip()}
    if None in found and not may_differ:
        raise UnknownWord(text)
    return next((state for state in (LEFT, BOUNCED) if state in found), PENDING)


def is_yes(text: str) -> bool:
    """Whether a cell says yes. Raises UnknownWord for anything but a yes or a no."""
    word = as_name(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise UnknownWord(text)
