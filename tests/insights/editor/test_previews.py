"""Previews: the live preview, the scores, and the preview page."""

from __future__ import annotations

import pytest

from insights.models import SiteSettings, Version
from insights.next_step.decisions import decision_of
from insights.publishing.rendering import render_text
from tests.cpu import cpu_seconds
from tests.factories import make_article, make_picture, make_step, make_user
from tests.insights.article_form import change_url, send

PREVIEW = "/admin/markdown/preview/"
SCORES = "/admin/insights/article/scores/"

pytestmark = pytest.mark.django_db


class TestBesideTheText:
    def test_it_needs_content(self, client, editor):
        """U05: POST without `content` -> 400. An empty text is a text."""
        assert client.post(PREVIEW).status_code == 400
        assert client.post(PREVIEW, {"content": ""}).status_code == 200

    @pytest.mark.parametrize(
        "text", ["## A\n\n*b* `c`\n", "<script>alert(1)</script>", "[x](javascript:alert(1))", "a[^1]\n\n[^1]: note"]
    )
    def test_it_is_what_readers_get(self, client, editor, text):
        """M12: the same text gives the same tree in the preview and on the page."""
        article = make_article(body=text)
        shown = client.post(PREVIEW, {"content": text}).content.decode().strip()
        assert shown == render_text(text).html.strip() == Version.objects.get(article=article).html.strip()

    def test_problems_stand_above(self, client, editor):
        answer = client.post(PREVIEW, {"content": "![x](https://evil.example/<b>.png)\n\nWords."}).content.decode()
        assert answer.index("is not on this site. Upload the file") < answer.index("Words.")
        assert "<b>" not in answer

    def test_pictures_are_shown(self, client, editor):
        picture = make_picture()
        answer = client.post(PREVIEW, {"content": f"![A field]({picture.reference})"}).content.decode()
        assert f'src="{picture.file.url}"' in answer

    @pytest.mark.parametrize("text", ["[" * 20_000, "[a](<" * 2_500, "<a " * 5_000, "> " * 2_000, "- " * 300 + "x"])
    def test_hostile_text_is_answered(self, client, editor, text):
        """U21: 20,000 brackets and similar texts are answered in under 3 s."""
        answers = []
        assert cpu_seconds(lambda: answers.append(client.post(PREVIEW, {"content": text}))) < 3
        assert [answer.status_code for answer in answers] == [200]

    def test_a_text_that_is_too_large(self, client, editor):
        assert "200 kB" in client.post(PREVIEW, {"content": "x" * 200_001}).content.decode()


class TestScores:
    @pytest.mark.parametrize("role", ["", "Moderator", "Newsletter manager"])
    def test_only_for_who_writes(self, client, role):
        client.force_login(make_user(role))
        assert client.post(SCORES, {"title": "x"}).status_code == 403

    def test_not_without_an_account(self, client):
        assert client.post(SCORES, {"title": "x"}).status_code == 403

    def test_only_post(self, client, editor):
        assert client.get(SCORES).status_code == 405

    def test_every_step_with_its_parts_and_words(self, client, editor):
        make_step("model-card", keywords="model card\nevaluation", title_weight="4.5")
        values = {"title": "The model card", "excerpt": "", "body": "Tokens and `evaluation`, then evaluation."}
        answer = client.post(SCORES, values).content.decode()
        assert "title:4.5" in answer
        assert "content:1 " in answer
        assert "model card" in answer
        assert "rule: model-card (score=5.5) title:4.5, content:1 · confidence: 0.55 · source: rule" in answer
        assert answer.count("score-won") == 1

    def test_a_pin(self, client, editor):
        step = make_step("model-card")
        answer = client.post(SCORES, {"title": "x", "pinned_step": step.pk}).content.decode()
        assert "editor: model-card · confidence: 1.00 · source: editor" in answer

    def test_the_default(self, client, editor):
        answer = client.post(SCORES, {"title": "Nothing"}).content.decode()
        assert "default: newsletter · confidence: 0.00 · source: default" in answer

    @pytest.mark.parametrize("pin", ["x", "999999", "' OR 1=1--", "9" * 40])
    def test_a_pin_that_is_none(self, client, editor, pin):
        assert "source: default" in client.post(SCORES, {"pinned_step": pin}).content.decode()

    def test_they_stand_in_the_form_without_javascript(self, client, editor):
        article = make_article("China", published=None, body="AI and tokens.\n")
        line = decision_of(article.working_version()).line()
        assert line in client.get(change_url(article)).content.decode()

    def test_they_follow_a_refused_text(self, client, editor):
        answer = send(client, None, title="中", body="China, AI, tokens, models")
        assert answer.status_code == 400
        assert "content:3" in answer.content.decode()

    def test_nothing_is_code(self, client, editor):
        """R01: text that looks like code is printed as text, and never as 49."""
        make_step("odd", keywords="{{7*7}}\n__class__\n${8*8}\n%(x)s\n{% debug %}")
        text = r"{{7\*7}} \_\_class\_\_ ${8\*8} %(x)s {% debug %}"
        answer = client.post(SCORES, {"title": "x", "body": text}).content.decode()
        assert "49" not in answer
        assert "64" not in answer
        assert "{{7*7}}, __class__, ${8*8}, %(x)s, {% debug %}" in answer


class TestThePageAsItWillBe:
    def url(self, article):
        return f"/admin/insights/article/{article.pk}/preview/"

    def test_it_is_the_newest_text_in_the_site_s_own_page(self, client, editor):
        article = make_article("Live title")
        send(client, article, title="Next title")
        answer = client.get(self.url(article))
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "Next title" in page
        assert "Live title" not in page
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert "data-view" not in page

    def test_it_says_what_it_is_and_leads_back(self, client, editor):
        draft, live = make_article(published=None), make_article()
        page = client.get(self.url(draft)).content.decode()
        assert 'This is the draft, as readers will see it. <a href="/admin/">Back to the admin</a>' in page
        assert "This is the newest version, as it looks on the site." in client.get(self.url(live)).content.decode()
        assert "Back to the admin" not in client.get(live.get_absolute_url()).content.decode()

    def test_the_decision_line_is_always_shown(self, client, editor):
        SiteSettings(shows_decision_line=False).save()
        article = make_article(published=None)
        assert decision_of(article.working_version()).line() in client.get(self.url(article)).content.decode()

    def test_others_do_not_see_it(self, client):
        article = make_article(published=None)
        assert client.get(self.url(article)).status_code == 302
        client.force_login(make_user("Moderator"))
        assert client.get(self.url(article)).status_code == 403

    def test_it_works_for_every_state(self, client, editor):
        draft, live = make_article(published=None), make_article()
        live.unpublish()
        assert client.get(self.url(draft)).status_code == 200
        assert client.get(self.url(live)).status_code == 200
        assert client.get("/admin/insights/article/999999/preview/").status_code == 404


def test_what_writers_type_is_escaped_everywhere_in_the_admin(client, editor):
    """M09: title, excerpt and alt text with markup are text in list, form, preview and history."""
    evil = '"><script>alert(1)</script>'
    picture = make_picture(alt=evil, caption=evil, name=evil)
    article = make_article("Plain", published=None)
    answer = send(client, article, title=evil, excerpt=evil, body=f"![{evil}]({picture.reference})\n", cover=picture.pk)
    assert answer.status_code == 302
    base = f"/admin/insights/article/{article.pk}"
    pages = ["/admin/insights/article/", f"{base}/change/", f"{base}/preview/", f"{base}/history/", f"{base}/delete/",
             "/admin/insights/picture/", f"/admin/insights/picture/{picture.pk}/change/", "/admin/"]  # fmt: skip
    for page in pages:
        assert "<script>alert" not in client.get(page).content.decode(), page
