"""Accounts and articles for these tests, made in the site's own environment."""

from __future__ import annotations

from tests.site import Site

PASSWORD = "a-long-pass-word-1234"


def make_account(site: Site, role: str) -> str:
    """Make an account with `PASSWORD`. Returns its email address."""
    code = f"from tests.factories import make_user; print(make_user({role!r}, email=f'{{uuid.uuid4().hex}}@example.com'"
    return site.shell(f"import uuid; {code}, password={PASSWORD!r}).email)").split()[-1]


def make_article(site: Site, title: str, body: str = "Some words.") -> str:
    """Make a published article. Returns its path."""
    code = f"make_article({title!r}, slug=uuid.uuid4().hex, body={body!r}).get_absolute_url()"
    return site.shell(f"import uuid; from tests.factories import make_article\nprint({code})").split()[-1]
