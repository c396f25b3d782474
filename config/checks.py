"""Checks that refuse every start (server, worker, command) with an unsafe configuration, instead of a warning."""

from __future__ import annotations

import ipaddress
from email.utils import parseaddr
from urllib.parse import urlsplit

from config.environment import SettingError

SECRET_KEY_LENGTH = 50


def refuse_unsafe_start(*, debug: bool, site_url: str, hosts: list[str], secret_key: str, mail_from: str) -> None:
    """Raise SettingError (with the variable's name) if the configuration is unsafe. `site_url` has no path."""
    site = urlsplit(site_url)
    host = site.hostname or ""
    for entry in hosts:
        if entry == "*":
            raise SettingError("ALLOWED_HOSTS", "“*” would answer under any name; list the site's own.")
        if not entry.removeprefix(".").strip() or set(entry) & set("/@?#* "):
            raise SettingError("ALLOWED_HOSTS", f"“{entry}” is not a host name.")
    if not hosts:
        raise SettingError("ALLOWED_HOSTS", "names no host.")
    if debug:
        public = next((entry for entry in [host, *hosts] if not is_local_host(entry)), "")
        if public:
            raise SettingError("DEBUG", f"is on, and “{public}” is a public host; DEBUG shows everybody our insides.")
    elif site.scheme != "https":
        raise SettingError("SITE_URL", f"“{site_url}” is not https, which is required when DEBUG is off.")
    if not any(_covers(entry, host) for entry in hosts):
        raise SettingError("ALLOWED_HOSTS", f"leaves out “{host}”, the host of SITE_URL.")
    if len(secret_key) < SECRET_KEY_LENGTH or len(set(secret_key)) < 10 or "insecure" in secret_key.lower():
        raise SettingError(
            "SECRET_KEY", f"is too easy to guess; give it {SECRET_KEY_LENGTH} random characters or more."
        )
    sender = parseaddr(mail_from)[1]
    if "@" not in sender.strip("@") or set(mail_from) & set("\r\n"):
        raise SettingError("MAIL_FROM", f"“{mail_from}” is not of the form Name <name@host>.")


def is_local_host(host: str) -> bool:
    name = host.strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _covers(entry: str, host: str) -> bool:
    entry, host = entry.strip("[]").lower(), host.lower()
    return host.endswith(entry) or host == entry[1:] if entry.startswith(".") else host == entry
