"""Editing next steps and their rules in the admin."""

from __future__ import annotations

from html import unescape

import pytest

from insights.models import AuditEntry, Recalculation, Rule, Step
from insights.next_step.decisions import decision_of
from tests.factories import make_article, make_step, make_user

LIST = "/admin/insights/step/"
ADD = "/admin/insights/step/add/"

pytestmark = pytest.mark.django_db


def values(**changes):
    """Return the data of the add form."""
    return {
        "slug": "read-on", "kind": "link", "heading": "Read on", "text": "", "button": "", "target_url": "/insights/",
        "target_article": "", "threshold": "3", "position": "1", "is_active": "on",
        "rule-TOTAL_FORMS": "1", "rule-INITIAL_FORMS": "0", "rule-0-keywords": "card\nCARD\n\n  model   card ",
        "rule-0-title_weight": "3", "rule-0-title_cap": "1", "rule-0-excerpt_weight": "1.5", "rule-0-excerpt_cap": "1",
        "rule-0-content_weight": "1", "rule-0-content_cap": "3", **changes,
    }  # fmt: skip


def change_values(step: Step, **changes):
    """Return the data of the change form."""
    rule = step.rule
    data = {name: getattr(step, name) for name in ("slug", "kind", "heading", "text", "button", "target_url")}
    data |= {"threshold": step.threshold, "position": step.position, "target_article": step.target_article_id or ""}
    data |= {name: "on" for name in ("is_active", "is_default") if getattr(step, name)}
    data |= {"rule-TOTAL_FORMS": "1", "rule-INITIAL_FORMS": "1", "rule-0-id": rule.pk, "rule-0-step": step.pk}
    data |= {
        f"rule-0-{name}": getattr(rule, name)
        for name in (
            "keywords",
            "title_weight",
            "title_cap",
            "excerpt_weight",
            "excerpt_cap",
            "content_weight",
            "content_cap",
        )
    }
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}


def change_url(step: Step) -> str:
    return f"{LIST}{step.pk}/change/"


class TestAStep:
    def test_is_made_with_its_rule(self, client, editor):
        assert client.post(ADD, values()).status_code == 302
        step = Step.objects.get(slug="read-on")
        assert step.rule.keyword_list == ["card", "model card"]

    def test_is_changed_with_who_and_what_in_the_history(self, client, editor):
        """R07: each change, with account and fields."""
        step = make_step("read-on", keywords="card")
        answer = client.post(
            change_url(step), change_values(step, heading="New heading", **{"rule-0-keywords": "model"})
        )
        assert answer.status_code == 302
        assert Rule.objects.get(step=step).keywords == "model"
        entry = AuditEntry.objects.get(verb="changed next step")
        assert (entry.actor, entry.subject) == (editor, "read-on")
        assert {"Heading", "Keywords"} <= set(entry.details["fields"])
        history = client.get(f"{LIST}{step.pk}/history/").content.decode()
        assert str(editor) in history
        assert "Keywords" in history

    @pytest.mark.parametrize(
        "target",
        ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example", "http://evil.example/",
         "https://", "", " /x", "/a b", "https://evil.example/\u202e", "jAvAsCrIpT:alert(1)", "/\tx", "https://a\"b"],
    )  # fmt: skip
    def test_never_leads_to_what_is_no_address(self, client, editor, target):
        """R06: 400, beside the field. Nothing stored."""
        answer = client.post(ADD, values(target_url=target))
        if target == " /x":  # a form trims the input
            assert answer.status_code == 302
            return
        assert answer.status_code == 400
        assert "https://" in " ".join(answer.context["adminform"].form.errors["target_url"])
        assert not Step.objects.filter(slug="read-on").exists()

    def test_text_is_only_text(self, client, editor):
        """R06: markup in the text of a next step is shown, not interpreted."""
        article = make_article("Card")
        evil = "<img src=x onerror=alert(1)>"
        step = make_step("evil", keywords="card", heading=evil, text=evil, button=evil)
        article.versions.update(step=step)
        for url in (article.get_absolute_url(), change_url(step), LIST):
            page = client.get(url).content.decode()
            assert "<img src=x" not in page, url
            assert "&lt;img src=x" in page, url

    @pytest.mark.parametrize(
        "changes",
        [
            {"kind": "redirect"},
            {"kind": "article"},
            {"kind": "newsletter"},
            {"slug": "a b"},
            {"threshold": "0"},
            {"threshold": "-1"},
            {"threshold": "NaN"},
            {"threshold": "1e9"},
            {"position": "-1"},
            {"rule-0-title_weight": "-1"},
            {"rule-0-title_weight": "101"},
            {"rule-0-title_weight": "Infinity"},
            {"rule-0-content_cap": "-1"},
            {"rule-0-content_cap": "x"},
            {"rule-0-keywords": "x" * 81},
            {"rule-0-keywords": "card\n→ !"},
            {"rule-0-keywords": "\n".join(f"word{number}" for number in range(201))},
        ],
    )
    def test_what_is_wrong_is_refused(self, client, editor, changes):
        """R02: an unknown kind, a number out of range, too many keywords: 400 at save. Nothing stored."""
        answer = client.post(ADD, values(**changes))
        assert answer.status_code == 400
        assert not Step.objects.filter(heading="Read on").exists()
        assert not Recalculation.objects.exists()

    def test_says_beside_the_field_how_keywords_are_found(self, client, editor):
        """Fault A7: by the rules of the search. A keyword without a word is refused with a message."""
        page = client.get(ADD).text
        assert "Only whole words match, as in the site's search." in unescape(page)
        assert "LLM, LLMs, LLM’s" in page
        refused = client.post(ADD, values(**{"rule-0-keywords": "card\n→ !"})).text
        assert "“→ !” has no letter or digit" in refused

    def test_keywords_that_were_pasted_are_kept_without_what_cannot_be_seen(self, client, editor):
        """Fault A7: a soft hyphen in a keyword hides nothing."""
        client.post(ADD, values(**{"rule-0-keywords": "hy\u00adphen\nzero\u200bwidth\r\n"}))
        assert Rule.objects.get(step__slug="read-on").keywords == "hyphen\nzerowidth"

    @pytest.mark.parametrize("role", ["Author", "Moderator", "Newsletter manager"])
    def test_is_the_editors_business(self, client, role):
        """R07: others may not change a rule, nor see the progress."""
        client.force_login(make_user(role))
        step = Step.objects.get()
        for url in (LIST, ADD, change_url(step), f"{LIST}progress/"):
            assert client.get(url).status_code == 403
        assert client.post(change_url(step), change_values(step, heading="Stolen")).status_code == 403
        assert Step.objects.get().heading != "Stolen"


class TestTheDefault:
    def test_moves(self, client, editor):
        step = make_step("other")
        assert client.post(change_url(step), change_values(step, is_default="on")).status_code == 302
        assert list(Step.objects.filter(is_default=True)) == [step]

    def test_moves_to_a_new_step(self, client, editor):
        assert client.post(ADD, values(is_default="on")).status_code == 302
        assert [step.slug for step in Step.objects.filter(is_default=True)] == ["read-on"]

    def test_cannot_just_be_taken_away(self, client, editor):
        step = Step.objects.get()
        answer = client.post(change_url(step), change_values(step, is_default=None))
        assert answer.status_code == 400
        assert "One next step must be the default." in answer.content.decode()
        assert Step.objects.get().is_default

    @pytest.mark.parametrize("changes", [{"is_active": None}, {"is_active": None, "is_default": None}])
    def test_is_always_in_use(self, client, editor, changes):
        step = Step.objects.get()
        assert client.post(change_url(step), change_values(step, **changes)).status_code == 400
        assert Step.objects.get().is_active

    def test_is_not_deleted(self, client, editor):
        step = Step.objects.get()
        assert client.post(f"{LIST}{step.pk}/delete/", {"post": "yes"}).status_code == 403
        other = make_step("other")
        assert client.post(f"{LIST}{other.pk}/delete/", {"post": "yes"}).status_code == 302
        assert list(Step.objects.all()) == [step]


class TestAChange:
    def test_recalculates_every_article(self, client, editor, run_tasks):
        article = make_article("On cards")
        assert decision_of(article.live_version()).source == "default"
        client.post(ADD, values(**{"rule-0-keywords": "cards"}))
        row = Recalculation.objects.get()
        assert row.requested_by == editor
        page = client.get(LIST).content.decode()
        assert "Recalculating… 0 of 1 versions checked" in page
        assert "<progress" in page
        run_tasks()
        assert decision_of(article.live_version()).slug == "read-on"
        page = client.get(f"{LIST}progress/").content.decode()
        assert ": 1 version checked, 1 changed." in page
        assert "<progress" not in page

    def test_a_deleted_step_gives_way(self, client, editor, run_tasks):
        """R04: an article whose next step is gone has the default, at once and after recalculating."""
        step = make_step("cards", keywords="cards")
        article = make_article("On cards")
        assert article.live_version().step == step
        client.post(f"{LIST}{step.pk}/delete/", {"post": "yes"})
        page = client.get(article.get_absolute_url())
        assert page.status_code == 200
        assert "default: newsletter" in page.content.decode()
        run_tasks()
        assert decision_of(article.live_version()).line() == "default: newsletter · confidence: 0.00 · source: default"


def test_a_page_that_says_it_has_thousands_of_rules_costs_one(client, editor):
    """G0: a small request for many forms makes no page of a thousand."""
    for many in ("1000", "9223372036854775808"):
        answer = client.post(ADD, values(**{"rule-TOTAL_FORMS": many}))
        assert answer.status_code == 400
        assert len(answer.context["inline_admin_formsets"][0].formset.forms) == 1
