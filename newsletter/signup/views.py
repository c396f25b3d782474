"""Public pages of the newsletter.

Three views check no CSRF token: settings.PUBLIC_POSTS guards the form on cached pages, and links in emails are signed.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from insights.models import Step
from newsletter import tokens
from newsletter.models import Subscriber
from newsletter.models.wording import PROOF_LEAVE_LINK, PROOF_LINK, PROOF_ONE_CLICK
from newsletter.signup.forms import SubscribeForm, TooManyAddresses, ask_again

View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Decorate a page of one subscriber: no caching, no indexing, no referrer."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return _about(request, None, 200)


@csrf_exempt
def subscribe(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        response = _notice(request, "form_elsewhere", 405)
        response["Allow"] = "POST"
        return response
    form = SubscribeForm(request.POST)
    if form.is_trapped:
        return _see_inbox()
    if not form.is_valid():
        return _about(request, form, 400)
    try:
        form.save(request.META.get("REMOTE_ADDR", ""))
    except TooManyAddresses as error:
        seconds = max(1, math.ceil(error.wait.total_seconds()))
        response = _notice(request, "too_many", 429, minutes=math.ceil(seconds / 60))
        response["Retry-After"] = str(seconds)
        return response
    return _see_inbox()


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Show the page after a sign-up. It has one URL for everyone and no email address, so it can be reloaded."""
    return _notice(request, "sent", 200)


@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    try:
        link = tokens.read_confirmation(token)
    except tokens.BrokenToken:
        raise Http404 from None
    subscriber, is_good = link.subscriber, link.is_good
    if subscriber is None:
        return _notice(request, "expired", 410)
    # A valid link proves that the visitor owns the mailbox, so the page can offer to unsubscribe at once.
    leave_url = tokens.leaving_url(subscriber) if is_good else ""
    if subscriber.status == Subscriber.Status.CONFIRMED:
        return _notice(request, "already", 200, leave_url=leave_url)
    if not is_good:
        if request.method == "POST" and request.POST.get("again"):
            ask_again(subscriber)
            return _notice(request, "sent", 200)
        return _notice(request, "expired", 410, subscriber=subscriber)
    if request.method != "POST":
        return render(request, "newsletter/confirm.html", {"subscriber": subscriber})
    is_new = subscriber.confirm(PROOF_LINK)
    return _notice(request, "confirmed" if is_new else "already", 200, leave_url=leave_url)


@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        subscriber = Subscriber.objects.filter(uid=tokens.read_leaving(token)).first()
    except tokens.BrokenToken:
        raise Http404 from None
    # An erased subscriber is off the list too; the button of an old email must not end in an error.
    if subscriber is None or subscriber.status == Subscriber.Status.LEFT:
        return _notice(request, "left", 200)
    if request.method != "POST":
        return render(request, "newsletter/unsubscribe.html", {"subscriber": subscriber})
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    subscriber.leave(PROOF_ONE_CLICK if is_one_click else PROOF_LEAVE_LINK)
    return _notice(request, "left", 200)


def _about(request: HttpRequest, form: SubscribeForm | None, status: int) -> HttpResponse:
    step = Step.objects.in_use().filter(kind=Step.Kind.NEWSLETTER).order_by("-is_default", "position").first()
    response = render(request, "newsletter/about.html", {"form": form, "step": step}, status=status)
    if form is not None:
        response["Cache-Control"] = "no-store"
    return response


def _see_inbox() -> HttpResponse:
    """Return the only response to a sign-up: a redirect to a page without the email address."""
    response = redirect("newsletter:sent")
    response.status_code = 303
    response["Cache-Control"] = "no-store"
    return response


def _notice(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    response = render(request, f"newsletter/{name}.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
