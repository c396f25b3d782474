"""The words that stand beside the buttons, kept here because a consent records what its reader saw."""

SIGNUP_WORDING = "One letter a week. Confirm by mail, leave with one click."
CONFIRM_WORDING = "One press and you are on the list. Every letter carries a link to leave."
LEAVE_WORDING = "One press and no further letter comes."

PROOF_FORM = "the address was typed into the form"
PROOF_LINK = "button behind the link mailed to the address"
PROOF_LEAVE_LINK = "button behind the link in a mail to the address"
PROOF_ONE_CLICK = "one-click unsubscription by the mail program (RFC 8058)"
PROOF_STAFF = "asked the newsroom, which wrote it down"
