"""All settings of the site. Only this file reads the environment; docs/configuration.md explains the variables."""

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.csp import CSP

from config.checks import refuse_unsafe_start
from config.development import settings_found
from config.environment import Environment, SettingError
from config.page_assets import INLINE_SCRIPT_HASHES, INLINE_STYLE_HASHES
from config.page_cache.pages import CACHED_PAGES

BASE_DIR = Path(__file__).resolve().parent.parent

if found := settings_found(BASE_DIR, os.environ, sys.argv):
    os.environ.update(found)  # child processes use the same site
    sys.stderr.write(f"Using the site from `make run`: {found['SITE_URL']}, data in var/.\n")
environment = Environment(os.environ)
VAR_DIR = environment.folder("VAR_DIR", BASE_DIR / "var")

DEBUG = environment.flag("DEBUG")
SITE_URL = environment.site_url("SITE_URL", "http://127.0.0.1:8000")
SITE_IS_SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1")
SECRET_KEY = environment.secret("SECRET_KEY", kept_in=VAR_DIR / "secret-key" if DEBUG else None)
SECRET_KEY_FALLBACKS = environment.words("SECRET_KEY_FALLBACKS")
TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES")
WORKERS = environment.number("WORKERS", 2)  # web processes
THREADS = environment.number("THREADS", 1)  # per web worker; also sets the size of the database pool
WORKER_MEMORY = environment.number("WORKER_MEMORY", 400)  # MB; a web worker above it is replaced

INSTALLED_APPS = [
    "config.apps.HubAdminConfig",  # Django's admin with the publication's name
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tasks_db",
    "markdownx",
    "insights",
    "newsletter",
    "feedback",
    "config.apps.ProjectConfig",  # last: its roles need the permissions of all other apps
]

MIDDLEWARE = [
    "config.middleware.proxies.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.health.HealthMiddleware",
    "config.middleware.request_checks.EdgeMiddleware",
    "config.unavailable.UnavailableMiddleware",
    "config.database.patience.PatienceMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.time_zone.PublicationZoneMiddleware",
    "config.middleware.form_size.FormSizeMiddleware",
    "config.middleware.public_posts.PublicPostsMiddleware",
    "config.middleware.sessions.AdminSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.middleware.csrf.AdminCsrfMiddleware",
    "config.middleware.accounts.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "config.context.publication",
                # Both are lazy: a public template that uses neither reads no session.
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["config.templatetags.page"],
        },
    },
]

# Data

LOCK_SECONDS = 20.0  # maximum wait of a write for a lock; less for visitors (`config.database.patience`)
DATABASES = {
    "default": environment.database(
        "DATABASE_URL", default=VAR_DIR / "hub.sqlite3", pool_size=THREADS + 1, lock_seconds=LOCK_SECONDS
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": environment.cache("CACHE_URL")}
CACHE_URL = environment.text("CACHE_URL")
PERIODIC_TASKS = [  # called by the worker every few seconds
    "config.tasks.periodic.fail_lost_tasks",
    "config.tasks.expiry.delete_expired",
    "config.page_cache.reopen_proxy_cache",
    "config.middleware.public_posts.forget_old_networks",
    "insights.publishing.slugs.apply_scheduled_slugs",
    "insights.pictures.orphans.remove_orphans_hourly",
    "insights.editor.presence.forget_absent_editors",
    "insights.public.readers.forget_earlier_days",
    "insights.next_step.recalculation.requeue_recalculations",
    "insights.public.share_images.remove_old_share_images",
    "insights.pictures.renditions.enqueue_missing_renditions",
    "insights.public.related.update_due_related",
    "insights.link_checker.checking.enqueue_due_links",
    "insights.review.mail.requeue_review_emails",
    "newsletter.signup.confirmation_outbox.requeue_confirmations",
    "newsletter.signup.alerts.requeue_alerts",
    "newsletter.subscribers.erasure.requeue_erasures",
]
DASHBOARD_PANELS = [  # dashboard panels: function of the request → template and values, or None
    "feedback.dashboard_panel.waiting", "insights.link_checker.dashboard_panel.dead",
    "insights.mail.dashboard_panel.review_emails", "newsletter.dashboard_panel.confirmations",
    "newsletter.dashboard_panel.ceiling",
]  # fmt: skip
CHECK_OUTSIDE_LINKS = environment.flag("CHECK_OUTSIDE_LINKS", default=True)  # whether external links are checked
SITEMAP_PAGES = ["insights:front", "insights:list", "newsletter:about", "privacy"]  # besides articles and their lists
ROBOTS_KEEP_OUT = [  # paths that robots.txt disallows
    "/admin/",
    "/insights/search/",
    "/newsletter/confirm/",
    "/newsletter/unsubscribe/",
    "/preview/",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
MEDIA_ROOT = environment.folder("MEDIA_ROOT", VAR_DIR / "media")
MEDIA_URL = "/media/"
STORAGES = {
    "default": environment.storage("STORAGE_URL", folder=MEDIA_ROOT),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_MANIFEST_STRICT = not DEBUG
if DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Language and time

LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "UTC"

# Accounts

AUTH_USER_MODEL = "insights.User"
AUTHENTICATION_BACKENDS = ["config.middleware.accounts.AccountBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # when `next` is missing or refused
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_ENGINE = "config.middleware.sessions"
SESSION_COOKIE_AGE = 8 * 60 * 60  # since the last request, not since login (`config.middleware.sessions`)

# Mail

MAILERS = {"default": environment.mailer("EMAIL_URL", files_in=VAR_DIR / "mail" if DEBUG else None)}
MAIL_FROM = environment.text("MAIL_FROM", f"AI Scope Weekly <weekly@{urlsplit(SITE_URL).hostname}>" if DEBUG else "")
if not MAIL_FROM:
    raise SettingError("MAIL_FROM", "is required when DEBUG is off. Example: AI Scope Weekly <weekly@example.com>.")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
refuse_unsafe_start(debug=DEBUG, site_url=SITE_URL, hosts=ALLOWED_HOSTS, secret_key=SECRET_KEY, mail_from=MAIL_FROM)

CONFIRMATION_CEILING = environment.rate("CONFIRMATION_CEILING", "200/300")  # number of confirmation emails, seconds

# HTTP security

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, *INLINE_SCRIPT_HASHES],
    "style-src": [CSP.SELF, *INLINE_STYLE_HASHES],
    "img-src": [CSP.SELF, "data:", *environment.storage_hosts("STORAGE_URL")],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "manifest-src": [CSP.SELF],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # TrustedProxyMiddleware drops it from all but our proxy
USE_X_FORWARDED_HOST = False
HSTS_SUBDOMAINS = environment.flag("HSTS_SUBDOMAINS")
HSTS_PRELOAD = environment.flag("HSTS_PRELOAD")
# Only the operator knows whether all subdomains use https permanently: HSTS_SUBDOMAINS and HSTS_PRELOAD.
SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # Django looks for its own class; `config.middleware.csrf` has a subclass
    *([] if HSTS_SUBDOMAINS else ["security.W005"]),
    *([] if HSTS_PRELOAD else ["security.W021"]),
]
SECURE_REDIRECT_EXEMPT = [r"^(healthz|livez|readyz)$"]  # requested over http, from inside
if SITE_IS_SECURE:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = HSTS_SUBDOMAINS
    SECURE_HSTS_PRELOAD = HSTS_PRELOAD
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
FORM_BYTES = 1_000_000  # limit for the fields of a form (`config.middleware.form_size`), except for:
LARGE_FORMS = [
    *(
        f"admin:insights_article_{name}"
        for name in ("add", "change", "page", "autosave", "autosave_new", "compare_texts")
    ),
    "markdown_paste",  # has its own limit
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 100
FILE_UPLOAD_MAX_MEMORY_SIZE = 11_000_000  # above all limits of pages, so that an upload needs no temporary file
FILE_UPLOAD_PERMISSIONS = 0o644

# POST requests of anonymous visitors: view name → requests per network and window (seconds), maximum size, seconds to
# wait for a database lock. `with` adds limits for requests that fill in a field. These views are exempt from the CSRF
# token check; `config.middleware.public_posts` checks origin, size and rate.
PUBLIC_POSTS: dict[str, dict[str, Any]] = {
    "newsletter:subscribe": {"limit": 1000, "window": 3600, "max_bytes": 20_000, "wait": 2.0},
    "insights:view": {"limit": 600, "window": 60, "max_bytes": 2_000, "wait": 0.2},
    "feedback:answer": {
        "limit": 600,
        "window": 60,
        "max_bytes": 200_000,  # ten thousand characters outside the basic plane, as a form sends them
        "wait": 2.0,
        "with": {"message": {"limit": 5, "window": 60}},
    },
}

# Upload limits per account; bytes are those of the original files.
PICTURE_UPLOADS = {
    "per_minute": 30,
    "per_day": environment.number("PICTURES_PER_DAY", 500),
    "bytes_per_day": environment.number("PICTURE_MEGABYTES_PER_DAY", 1000) * 1_000_000,
}

# Readers counted per network (/24, or /64 of IPv6), article and day, whatever User-Agents it sends: a household or an
# office has a few readers. Votes are rarer and weigh more than views, so their limit is lower.
READERS_PER_NETWORK = {"views": 20, "votes": 5}

PAGE_CACHE_BYTES = 32_000_000  # per web worker
# Turn it off to measure the cost of a page, or to see each change of a template at once.
PAGE_CACHE = CACHED_PAGES if environment.flag("PAGE_CACHE", default=True) else {}

# The editor: django-markdownx' widget with our own views and renderer.

MARKDOWNX_MARKDOWNIFY_FUNCTION = "insights.publishing.rendering.render_text"
MARKDOWNX_EDITOR_RESIZABLE = False  # the text area scrolls, so that the page does not jump
MARKDOWNX_URLS_PATH = "/admin/markdown/preview/"
MARKDOWNX_UPLOAD_URLS_PATH = "/admin/markdown/upload/"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "drop_expected_traceback": {"()": "config.logs.filters.DropExpectedTraceback"},
        "redact_personal_data": {"()": "config.logs.filters.RedactPersonalData"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["drop_expected_traceback", "redact_personal_data"],
            "formatter": "line",
        },
    },
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "psycopg.pool": {"level": "ERROR"},  # four lines per request; `config.database.postgresql` logs what matters
        "django.tasks": {"level": "WARNING"},  # logs failed tasks, but not each start and end
    },
}
