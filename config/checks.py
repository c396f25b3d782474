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
            raise SettingError("ALLOWED_HOSTS", "“*” allows every host name. List the host names of the site instead.")
        if not entry.removeprefix(".").strip() or set(entry) & set("/@?#* "):
            raise SettingError("ALLOWED_HOSTS", f"“{entry}” is not a host name. Write it like example.com.")
    if not hosts:
        raise SettingError("ALLOWED_HOSTS", "no host name is given. Add the host name of SITE_URL.")
    if debug:
        public = next((entry for entry in [host, *hosts] if not is_local_host(entry)), "")
        if public:
            raise SettingError("DEBUG", f"must be off, or “{public}” shows internal data to everyone. Set DEBUG=0.")
    elif site.scheme != "https":
        raise SettingError("SITE_URL", f"“{site_url}” must start with https:// when DEBUG is off.")
    if not any(_covers(entry, host) for entry in hosts):
        raise SettingError("ALLOWED_HOSTS", f"“{host}”, the host name of SITE_URL, is missing. Add it.")
    if len(secret_key) < SECRET_KEY_LENGTH or len(set(secret_key)) < 10 or "insecure" in secret_key.lower():
        raise SettingError("SECRET_KEY", f"is too easy to guess. Use at least {SECRET_KEY_LENGTH} random characters.")
    sender = parseaddr(mail_from)[1]
    if "@" not in sender.strip("@") or set(mail_from) & set("\r\n"):
        raise SettingError("MAIL_FROM", f"“{mail_from}” is not valid. Write it like Name <name@example.com>.")


def is_local_host(host: str) -> bool:
    name = host.strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def _covers(entry: str, host: str) -> bool:
    entry, host = entry.strip("[]").lower(), host.lower()
    return host.endswith(entry) or host == entry[1:] if entry.startswith(".") else host == entry
