"""A reader in Firefox and WebKit: reads, searches, signs up, votes and comments."""

from __future__ import annotations

import re

from tests.browsers.staff import PASSWORD, make_account, make_article
from tests.site import wait_until

GROUND = "getComputedStyle(document.body).backgroundColor"
NIGHT = "rgb(17, 20, 27)"
COLORS_OF_CODE = "new Set([...document.querySelectorAll('pre *')].map((one) => getComputedStyle(one).color)).size"
MARKED_UP = """
| unit | count |
|------|------:|
| tokens | 9.22 trillion |

```python
for token in "a b":  # two
    print(token)
```
"""


def test_an_article_is_read_by_day_and_by_night_and_its_view_is_counted(visitor, site):
    path = make_article(site, "Code and a table", MARKED_UP)
    visitor.open(path)
    visitor.see("Code and a table", "h1")
    visitor.see("9.22 trillion", "main table td")
    visitor.see("print(token)", "main pre code")
    assert visitor.read(COLORS_OF_CODE) > 1
    views = f"from insights.models import Article; print(Article.objects.get(slug={path.split('/')[-2]!r}).views)"
    wait_until(lambda: site.shell(views).strip() == "1", "the view")  # cached pages show it later

    switch = "[data-scheme]"
    visitor.click(switch)
    visitor.see("light", switch)
    assert visitor.read(GROUND) != NIGHT
    visitor.click(switch)
    visitor.see("dark", switch)
    visitor.wait(f"{GROUND} === '{NIGHT}'")
    visitor.reload()
    assert visitor.read(GROUND) == NIGHT
    assert not visitor.read("document.documentElement.scrollWidth > innerWidth")


def test_a_search_leads_to_an_article_and_back(visitor, site):
    words = f"{visitor.browser} contamination"  # found by both words, in any order
    path = make_article(site, f"Contamination, as {visitor.browser} finds it")
    visitor.open("/")
    visitor.press("header a", "Search")
    visitor.fill("[name=q]", words)
    visitor.press("[role=search] button")
    visitor.see("Contamination", ".hits mark")
    visitor.press(".hits a")
    assert visitor.path == path
    visitor.back()
    visitor.wait("location.pathname === '/insights/search/'")
    assert visitor.read("document.querySelector('[name=q]').value") == words


def test_an_email_address_is_signed_up_and_confirmed(visitor, site):
    email = f"{visitor.browser.lower()}@example.org"
    visitor.open("/newsletter/")
    visitor.fill("main [name=email]", email)
    visitor.press("main form button")
    visitor.see("", "main [role=status]")
    text = site.mailbox.wait_for(email)[0].get_body(("plain",)).get_content()
    visitor.open(re.search(r"https://\S+/newsletter/confirm/\S+", text).group())
    visitor.press("main form button")
    status = f"from newsletter.models import Subscriber; print(Subscriber.objects.get(email={email!r}).status)"
    assert site.shell(status).strip() == "confirmed"


def test_a_vote_is_cast_without_and_with_a_comment(visitor, site):
    voted, discussed = make_article(site, "Only a vote"), make_article(site, "A vote and a comment")
    visitor.open(voted)
    visitor.press("#feedback button[value=yes]")
    visitor.see("", "main [role=status]")
    visitor.open_until(voted, "1 of 1 reader found this helpful", "#feedback")

    words = f"Asked in {visitor.browser}: how were the tokens counted?"
    visitor.open(discussed)
    visitor.press("#feedback button[value=no]")
    visitor.click("[name=reason]")
    visitor.type("[name=message]", words)
    visitor.fill("main [name=name]", "A reader in a test")
    visitor.wait("performance.now() > 4000")  # the form refuses what is sent within three seconds
    visitor.press("main form button:not([name])")
    visitor.see("", "main [role=status]")
    visitor.open_until(discussed, "0 of 1 reader found this helpful", "#feedback")
    assert not visitor.shows("#feedback", words)  # it waits for approval

    visitor.log_in(make_account(site, "Moderator"), PASSWORD)
    visitor.open("/admin/feedback/answer/")
    visitor.see(words, "#content")
    visitor.press("#content button", "Approve")
    visitor.open_until(discussed, words, "#feedback")
