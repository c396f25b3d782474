"""The columns of the file, and the fields of one consent in its last cell."""

DATE_COLUMNS = ("created_at", "confirmed_at", "left_at", "bounced_at")
SOURCE = ("page", "article", "article_title", "step")  # of the latest request for the newsletter
CONSENT = ("consent_at", "consent_wording", "consent_proof")  # of the latest confirmation

COLUMNS = ("email", "status", *DATE_COLUMNS, *SOURCE, *CONSENT, "uid", "consents")

# JSON key → field of Consent, maximum length
CONSENT_FIELDS = {
    "page": ("page", 200),
    "article": ("article_slug", 80),
    "article_title": ("article_title", 300),
    "step": ("step_slug", 60),
    "wording": ("wording", 2000),
    "proof": ("proof", 200),
}
