"""Invalid ids and values that no admin page offers: reported or ignored, without breaking the page."""

from __future__ import annotations

import pytest

from tests.factories import make_article, make_user
from tests.insights.article_form import ADD, change_url, form_values

pytestmark = pytest.mark.django_db

NO_IDS = ["x", "²", "٣", "-1", "9" * 19, "9" * 5000]
SEARCHED = [
    (ADD, "cover"),
    ("/admin/insights/redirect/add/", "article"),
    ("/admin/insights/category/add/", "picture"),
    ("/admin/insights/author/add/", "avatar"),
    ("/admin/insights/step/add/", "target_article"),
]


@pytest.mark.parametrize(("page", "field"), SEARCHED)
def test_an_address_that_suggests_no_row_opens_the_empty_form(client, editor, page, field):
    for value in ("x", "²", "9" * 30, "9" * 5000):
        assert client.get(page, {field: value}).status_code == 200


def test_an_address_that_suggests_a_row_has_it_chosen(client, editor):
    article = make_article("The one")
    answer = client.get("/admin/insights/redirect/add/", {"kind": "article", "article": article.pk})
    form = answer.context["adminform"].form
    assert (form["kind"].value(), form["article"].value()) == ("article", str(article.pk))
    assert f'<option value="{article.pk}" selected' in answer.content.decode()


@pytest.mark.parametrize("query", ["publish_at=x", "publish_at=9999-99", "series_part=x&authors=x&tags=x"])
def test_an_address_that_suggests_nonsense_opens_the_empty_form(client, editor, query):
    assert client.get(f"{ADD}?{query}").status_code == 200


def test_an_unknown_choice_is_an_error_of_its_field_and_the_text_stays(client, editor):
    form = {**form_values(client, ADD), "title": "A title", "body": "Some words", "_save": "1"}
    for value in NO_IDS:
        for name, field in (("cover", "cover"), ("tags", "tags"), ("category", "category"), ("authors_0", "authors")):
            answer = client.post(ADD, {**form, name: value})
            assert answer.status_code == 400
            assert list(answer.context["adminform"].form.errors) == [field]
            assert "Some words" in answer.content.decode()


def test_an_edit_conflict_is_reported_despite_an_unknown_choice(client, editor):
    """D02: both texts are shown, and the rest of the input as far as it is valid."""
    article = make_article("A title", published=None)
    sent = form_values(client, change_url(article)) | {"body": "Mine", "base": "1@then@@", "_save": "1"}
    for value in NO_IDS:
        choices = dict.fromkeys(("category", "series", "cover", "pinned_step", "tags", "authors_0"), value)
        answer = client.post(change_url(article), sent | choices)
        assert answer.status_code == 409
        assert "Mine" in answer.content.decode()


def test_an_unknown_group_is_refused(admin_client):
    user = make_user("Editor")
    page = f"/admin/insights/user/{user.pk}/change/"
    for value in NO_IDS:
        answer = admin_client.post(page, {"groups": value})
        assert "groups" in answer.context["adminform"].form.errors


def test_a_kind_of_row_that_there_is_not_has_no_public_page(client, editor):
    for number in ("9" * 30, "9" * 5000, "٣", "²"):
        assert client.get(f"/admin/r/{number}/1/").status_code == 404


LISTS = {"newsletter/subscriber": "created_at", "insights/auditentry": "happened_at"}


@pytest.mark.parametrize("date", ["year=99999", "year=0", "year=-1", "year=2026&{}__month=13&{}__day=45"])
def test_an_impossible_date_finds_nothing(admin_client, date):
    """H19: of the lists by date, and of the audit log."""
    for name, field in LISTS.items():
        query = f"{field}__{date.format(field, field)}"
        answer = admin_client.get(f"/admin/{name}/?{query}")
        assert answer.status_code in {200, 400}, name


def test_an_action_on_impossible_ids_is_refused(admin_client):
    for name, action in (("newsletter/subscriber", "take_off"), ("feedback/answer", "approve")):
        for value in NO_IDS:
            sent = {"action": action, "index": "0", "_selected_action": value}
            assert admin_client.post(f"/admin/{name}/", sent).status_code == 400, (name, value)
