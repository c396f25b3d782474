"""The demo publication: loaded once, unchanged by a second load, and never over existing content."""

import stat

import pytest

from insights.demo.identity import demo_identity
from insights.models import Article, AuditEntry, Author, Category, Picture, Step, User, Version
from insights.next_step.decisions import decision_of
from insights.publishing.drafts import import_version
from tests.factories import make_article, make_category, make_user
from tests.insights.exchange.article_files import run

pytestmark = pytest.mark.django_db

LEAD = "china-ai-9-22-trillion-tokens"


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    return settings.VAR_DIR


def state():
    return (
        sorted(Version.objects.values_list("pk", "title", "updated_at")),
        sorted(Article.objects.values_list("uid", "slug", "published_at", "unpublished_at")),
        Picture.objects.count(),
        AuditEntry.objects.count(),
    )


def test_it_is_a_publication_to_click_through(var, client):
    run("load_demo")
    readable = Version.objects.readable()
    assert readable.count() >= 12
    assert all(version.words >= 500 for version in readable)
    assert Category.objects.count() == 4
    assert Author.objects.count() == 3
    assert len({version.step.slug for version in readable}) >= 3
    assert {article.status() for article in Article.objects.all()} >= {"published", "draft", "review"}


def test_the_lead_article_ends_in_the_newsletter_step_with_the_known_line(var, client):
    run("load_demo")
    lead = Article.objects.get(slug=LEAD)
    assert lead.uid == demo_identity(LEAD)
    assert lead.views == 0
    assert decision_of(lead.live_version()).line() == (
        "rule: newsletter (score=7.5) title:3, excerpt:1.5, content:3 · confidence: 0.75 · source: rule"
    )
    assert Version.objects.readable().newest_first().first() == lead.live_version()
    assert client.get(f"/insights/{LEAD}/", secure=True).status_code == 200


def test_a_second_call_changes_nothing(var):
    run("load_demo")
    before = state()
    assert "The demo articles are already loaded." in run("load_demo")
    assert state() == before


def test_what_exists_is_left_alone(var):
    own = make_article("Ours", slug=LEAD, body="Our own words.\n")
    category = make_category("Analysis", text="Ours")
    Step.objects.filter(slug="newsletter").update(heading="Our heading")
    run("load_demo")
    assert own.live_version().body == "Our own words.\n"
    assert Article.objects.get(slug=LEAD) == own
    category.refresh_from_db()
    assert category.text == "Ours"
    assert Step.objects.get(slug="newsletter").heading == "Our heading"


def test_what_editors_did_with_it_stays(var):
    run("load_demo")
    lead, other, third = Article.objects.exclude(published_at=None)[:3]
    lead.publish(import_version(lead, {"body": "Edited.\n"}, user=make_user("Editor")))
    other.change_slug("moved-away")
    deleted = third.slug
    Step.objects.filter(target_article=third).update(target_article=None)
    third.delete()
    Step.objects.filter(slug="feedback").update(is_active=False)
    run("load_demo")
    assert lead.live_version().body == "Edited.\n"
    assert Article.objects.get(uid=other.uid).slug == "moved-away"
    assert not Article.objects.filter(slug=deleted).exists()
    assert not Step.objects.get(slug="feedback").is_active


def test_accounts_exist_only_with_debug(var, settings):
    assert "Demo accounts are created only with DEBUG." in run("load_demo")
    assert not User.objects.exists()
    settings.DEBUG = True
    output = run("load_demo")
    assert sorted(str(group) for group in User.objects.values_list("groups__name", flat=True)) == [
        "Author", "Editor", "Moderator", "Newsletter manager", "None",
    ]  # fmt: skip
    assert [user.email for user in User.objects.filter(is_superuser=True)] == ["admin@demo.example"]
    assert all(user.name.startswith("Demo") for user in User.objects.all())
    assert Author.objects.get(slug="explainers-desk").user.email == "author@demo.example"
    path = var / "demo-accounts.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    password = path.read_text().splitlines()[0].split()[-1]
    assert password in output
    assert User.objects.get(email="author@demo.example").check_password(password)


def test_accounts_keep_their_passwords(var, settings):
    settings.DEBUG = True
    first = run("load_demo").splitlines()[-5:]
    hashes = sorted(User.objects.values_list("email", "password"))
    assert run("load_demo").splitlines()[-5:] == first
    assert sorted(User.objects.values_list("email", "password")) == hashes
    (var / "demo-accounts.txt").unlink()
    password = run("load_demo").splitlines()[-1].split()[-1]
    assert User.objects.get(email="admin@demo.example").check_password(password)
