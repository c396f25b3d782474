"""Public views for votes and comments."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from feedback.forms import AnswerForm, SameWords
from insights.models import Article
from insights.public.readers import Visitor

# Last part of the URL after a form, which can be reloaded: the second form, or a thank-you page.
MORE, THANKS = {"yes", "no"}, {"noted", "waiting"}


@csrf_exempt  # The first form sits on cacheable pages; settings.PUBLIC_POSTS guards this view.
@never_cache
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method != "POST":
        return _way_back(request, slug)
    article = get_object_or_404(Article.objects.published(), slug=slug, takes_feedback=True)
    form = AnswerForm(request.POST, article=article, visitor=Visitor.of(request))
    if not form.is_valid():
        return _answer_page(request, form, status=400)
    if form.is_trapped:
        return _see(article, "waiting")
    try:
        form.save()
    except SameWords:
        form.add_error("message", "This text was already sent several times today. Please use your own words.")
        response = _answer_page(request, form, status=429)
        response["Retry-After"] = "86400"
        return response
    if form.ticket is None:
        return _see(article, "yes" if form.is_helpful else "no")
    return _see(article, "waiting" if form.cleaned_data["message"] else "noted")


@require_safe
@never_cache
def outcome(request: HttpRequest, slug: str, outcome: str) -> HttpResponse:
    """Show the page after a form, without the data that was sent; a second form gets a new token."""
    article = get_object_or_404(Article.objects.published(), slug=slug, takes_feedback=True)
    if outcome in THANKS:
        return render(request, "feedback/thanks.html", {"article": article, "waits": outcome == "waiting"})
    if outcome not in MORE:
        raise Http404
    data = QueryDict(f"helpful={outcome}")
    return _answer_page(request, AnswerForm(data, article=article, visitor=Visitor.known(request)))


def _see(article: Article, outcome: str) -> HttpResponse:
    """Redirect (303) to the page after a form, so that reload, back and forward send nothing again."""
    response = redirect("feedback:outcome", article.slug, outcome)
    response.status_code = 303
    return response


def _way_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer 405 to a GET with a page that links to the question, if there is one."""
    article = Article.objects.published().filter(slug=slug, takes_feedback=True).first()
    if article is None:
        return HttpResponseNotAllowed(["POST"])
    response = render(request, "feedback/form_elsewhere.html", {"article": article}, status=405)
    response["Allow"] = "POST"
    return response


def _answer_page(request: HttpRequest, form: AnswerForm, status: int = 200) -> HttpResponse:
    return render(request, "feedback/answer.html", {"article": form.article, "form": form}, status=status)
