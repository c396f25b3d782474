"""Where readers answer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from feedback.forms import AnswerForm, SameWords
from insights.models import Article
from insights.reading.readership import Visitor


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
        return render(request, "feedback/thanks.html", {"article": article, "form": form, "waits": True})
    try:
        form.save()
    except SameWords:
        form.add_error("message", "These very words came in several times today. Say it in your own.")
        response = _answer_page(request, form, status=429)
        response["Retry-After"] = "86400"
        return response
    if form.ticket is None:
        return _answer_page(request, form)
    waits = bool(form.cleaned_data["message"])
    return render(request, "feedback/thanks.html", {"article": article, "form": form, "waits": waits})


def _way_back(request: HttpRequest, slug: str) -> HttpResponse:
    """405 for who opens the form's address: a page that leads to the question, where there is one."""
    article = Article.objects.published().filter(slug=slug, takes_feedback=True).first()
    if article is None:
        return HttpResponseNotAllowed(["POST"])
    response = render(request, "feedback/form_elsewhere.html", {"article": article}, status=405)
    response["Allow"] = "POST"
    return response


def _answer_page(request: HttpRequest, form: AnswerForm, status: int = 200) -> HttpResponse:
    return render(request, "feedback/answer.html", {"article": form.article, "form": form}, status=status)
