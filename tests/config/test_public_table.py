"""Public URLs: one table of URL × method, the same for every account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

from insights.public.share_images import card_of, card_of_site, digest
from insights.public.sitemaps import PART_SIZE
from newsletter.tokens import confirmation_url, leaving_url
from tests.config import role_table_public
from tests.config.role_world import ACCOUNTS, make_account, make_world
from tests.config.routes import routes_of

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")
_LINE = re.compile(r"(/\S*)((?: +\d{3}){7})")


def lines() -> Iterator[tuple[str, dict[str, int]]]:
    """Yield each URL with its status by method."""
    for row in role_table_public.TABLE.splitlines():
        if row.strip() and not row.startswith(" "):
            match = _LINE.fullmatch(row)
            assert match, f"no line of the table: {row}"
            yield match[1], dict(zip(METHODS, map(int, match[2].split()), strict=True))


def names_in(world: SimpleNamespace) -> dict[str, str]:
    return {
        "confirmation": confirmation_url(world.subscriber).split("/")[-2],
        "leaving": leaving_url(world.subscriber).split("/")[-2],
        "file": str(world.picture.file),
        "share": digest(card_of(world.out.live_version())),
        "site_share": digest(card_of_site()),
        "preview": world.link.token,
        "gone_out": world.out_link.token,
        "revoked": world.revoked_link.token,
        **{
            f"{kind}_part": str(row.pk // PART_SIZE)
            for kind, row in (
                ("article", world.out), ("category", world.category), ("tag", world.tag), ("series", world.series),
                ("author", world.byline),
            )
        },
    }  # fmt: skip


@pytest.fixture
def world() -> SimpleNamespace:
    author = make_account("author")
    assert author is not None
    return make_world(author)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_account_gets_the_same_status_and_no_cookie(account: str) -> None:
    """A08, H18: TRACE, PUT, PATCH, DELETE are 405 everywhere. No account gets anything of a draft."""
    author = make_account("author")
    assert author is not None
    names = names_in(make_world(author))
    user = author if account == "author" else make_account(account)
    client = Client()
    if user is not None:
        client.force_login(user)
    wrong = []
    for address, statuses in lines():
        for method, status in statuses.items():
            with transaction.atomic():
                answer = client.generic(
                    method, address.format_map(names), content_type="application/x-www-form-urlencoded"
                )
                if answer.streaming:
                    answer.getvalue()
                transaction.set_rollback(True)
            if answer.status_code != status:
                wrong.append(f"{method} {address}: {answer.status_code}, the table says {status}")
            if answer.cookies:
                wrong.append(f"{method} {address}: sets a cookie")
    assert not wrong, "\n".join(wrong)


def test_every_public_address_stands_in_the_table(world: SimpleNamespace) -> None:
    """A08:"""
    listed = set()
    for address, _ in lines():
        try:
            listed.add(resolve(address.partition("?")[0].format_map(names_in(world))).route)
        except Resolver404:
            continue
    public = {route for route in routes_of(get_resolver()) if not route.startswith("admin/")}
    assert public - listed == set()
