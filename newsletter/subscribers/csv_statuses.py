"""Words of other programs for the state of a subscriber, mapped to ours.

No word confirms anyone: another program's “active” is no record of a consent. Words for people who must not get email
take precedence in a row. An unknown word is refused, since it could be one of those.
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
    # This site has not asked them yet, whatever the other program calls them.
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
    """Return a heading or word without case, spaces and signs: “Email Address” becomes `email_address`."""
    return _NOT_WORD.sub("_", text.casefold()).strip("_")


def state_of(text: str, *, may_differ: bool = False) -> str:
    """Return LEFT, BOUNCED or PENDING: the first of these that a cell names. Raises UnknownWord unless `may_differ`."""
    found = {_STATE_OF.get(as_name(word)) for word in re.split(r"[,;|]", text) if word.strip()}
    if None in found and not may_differ:
        raise UnknownWord(text)
    return next((state for state in (LEFT, BOUNCED) if state in found), PENDING)


def is_yes(text: str) -> bool:
    """Return whether a cell means yes. Raises UnknownWord for anything but a yes or a no."""
    word = as_name(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise UnknownWord(text)
