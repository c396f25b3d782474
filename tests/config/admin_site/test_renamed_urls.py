"""Redirects from the old admin URLs of renamed models and actions."""

import pytest

from tests.factories import make_article, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("/admin/insights/formerslug/", "/admin/insights/redirect/"),
        (
            "/admin/insights/formerslug/add/?kind=article&article=3",
            "/admin/insights/redirect/add/?kind=article&article=3",
        ),
        ("/admin/insights/outsidelink/?state=dead", "/admin/insights/externallink/?state=dead"),
        ("/admin/insights/outsidelink/7/change/", "/admin/insights/externallink/7/change/"),
        ("/admin/insights/outsidelink/a%20b%3F/", "/admin/insights/externallink/a%20b%3F/"),
        ("/admin/insights/article/3/withdraw/", "/admin/insights/article/3/unpublish/"),
        ("/admin/insights/article/3/restore/", "/admin/insights/article/3/republish/"),
        ("/admin/insights/article/3/send-back/?a=/b/", "/admin/insights/article/3/request-changes/?a=/b/"),
        ("/admin/insights/article/3/versions/4/bring-back/", "/admin/insights/article/3/versions/4/restore/"),
        ("/admin/insights/article/3/versions/4/name/", "/admin/insights/article/3/versions/4/label/"),
        ("/admin/insights/outsidelink//evil.example/", "/admin/insights/externallink//evil.example/"),
    ],
)
def test_an_old_url_redirects_for_good_with_its_query(client, before, now):
    response = client.get(before)
    assert (response.status_code, response["Location"]) == (308, now)


def test_a_bookmark_opens_the_list(client):
    client.force_login(make_user("Editor"))
    assert client.get("/admin/insights/outsidelink/", follow=True).status_code == 200


def test_a_form_that_was_open_during_the_upgrade_is_not_lost(client):
    client.force_login(make_user("Editor"))
    response = client.post("/admin/insights/formerslug/add/", {"kind": "article"}, follow=True)
    assert response.request["REQUEST_METHOD"] == "POST"
    assert response.status_code == 400


def test_an_action_of_a_page_that_was_open_during_the_upgrade_is_done(client):
    article = make_article("Out")
    client.force_login(make_user("Editor"))
    response = client.post(f"/admin/insights/article/{article.pk}/withdraw/", follow=True)
    assert response.redirect_chain[0][1] == 308
    article.refresh_from_db()
    assert article.unpublished_at
