"""Typed access to environment variables for `config/settings.py`; a wrong value raises SettingError."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url

# libpq parameters; DATABASE_URL may override them. A server lost in the network is detected within seconds.
_CONNECTION_PARAMETERS = {
    "connect_timeout": 2,
    "tcp_user_timeout": 3000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}


class SettingError(SystemExit):
    """Unusable value of a variable. As a SystemExit, it ends the process with one line and no traceback."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")


def _make_folder(name: str, path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            name, f"cannot create the folder {path} ({error.strerror}). Create it, or choose another one."
        ) from None


def _make_secret(file: Path) -> str:
    """Write a new secret in one step, or return the one that another process wrote first. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.part")
    try:
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(partial, file)
    finally:
        partial.unlink(missing_ok=True)
    return file.read_text().strip()


class Environment:
    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        return self._variables.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name, "1" if default else "0").lower()
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        raise SettingError(name, f"“{value}” is not valid. Use 1 (on) or 0 (off).")

    def number(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdecimal() or int(value) < 1:
            raise SettingError(name, f"“{value}” is not valid. Use a whole number of 1 or more.")
        return int(value)

    def rate(self, name: str, default: str) -> tuple[int, int]:
        """Return a count and a number of seconds (1 to 86400), from a value such as `200/300`."""
        value = self.text(name, default)
        parts = [int(part) for part in value.split("/") if part.isascii() and part.isdecimal() and len(part) < 8]
        if value.count("/") != 1 or len(parts) != 2 or min(parts) < 1 or parts[1] > 86_400:
            raise SettingError(
                name, f"“{value}” is not valid. Use a count and seconds (at most 86400), such as 200/300."
            )
        return parts[0], parts[1]

    def words(self, name: str, default: str = "") -> list[str]:
        """Return the entries between commas, trimmed, without empty ones. A variable that is set but empty has none."""
        return [word.strip() for word in self._variables.get(name, default).split(",") if word.strip()]

    def folder(self, name: str, default: Path) -> Path:
        path = Path(self.text(name, str(default))).absolute()
        _make_folder(name, path)
        return path

    def networks(self, name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        try:
            networks = [ipaddress.ip_network(word, strict=False) for word in self.words(name)]
        except ValueError as error:
            raise SettingError(name, f"{error}. Use IP addresses or networks, such as 10.0.0.0/8.") from None
        if any(network.prefixlen == 0 for network in networks):
            raise SettingError(
                name, "a network ending in /0 trusts every client. Use the IP addresses of your proxies."
            )
        return networks

    def site_url(self, name: str, default: str) -> str:
        value = self.text(name, default).rstrip("/")
        try:
            parts = urlsplit(value)
            port_is_fine = parts.port is None or parts.port > 0
        except ValueError:
            raise SettingError(name, f"“{value}” is not a valid URL. Use a URL such as https://example.com.") from None
        has_more = "@" in parts.netloc or parts.path or parts.query or parts.fragment
        if parts.scheme not in {"http", "https"} or not parts.hostname or has_more or not port_is_fine:
            raise SettingError(
                name, f"“{value}” is not valid. Use only https:// and a host name, such as https://example.com."
            )
        return value

    def secret(self, name: str, *, kept_in: Path | None) -> str:
        """Return a secret. If the variable is empty, create one in the file `kept_in`, or read it from there."""
        value = self.text(name)
        if value:
            return value
        if kept_in is None:
            raise SettingError(name, "is required when DEBUG is off. Set it to at least 50 random characters.")
        try:
            kept = kept_in.read_text().strip() if kept_in.exists() else ""
            return kept or _make_secret(kept_in)
        except OSError as error:
            raise SettingError(
                name, f"cannot use the file {kept_in} ({error.strerror}). Check its permissions, or set {name}."
            ) from None

    def database(self, name: str, *, default: Path, pool_size: int, lock_seconds: float) -> dict[str, Any]:
        """Return Django's DATABASES entry for `sqlite:///…` or `postgres://…`; SQLite at `default` when empty."""
        url = self.text(name, f"sqlite:///{default}")
        if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise SettingError(name, "must start with sqlite:/// or postgres://.")
        try:
            entry: dict[str, Any] = {**dj_database_url.parse(url)}
        except (dj_database_url.ParseError, ValueError):
            raise SettingError(name, "is not a valid URL. Use postgres://user:password@host/database.") from None
        if not entry["NAME"]:
            raise SettingError(
                name, "the database name is missing. Add it, as in postgres://user:password@host/database."
            )
        if entry["ENGINE"].endswith("sqlite3"):
            if entry["NAME"] != ":memory:":
                _make_folder(name, Path(entry["NAME"]).parent)
            entry["ENGINE"] = "config.database.sqlite"
            entry["CONN_MAX_AGE"] = None
            entry["OPTIONS"] = {
                # Without IMMEDIATE transactions and WAL, writers fail with “database is locked”.
                "transaction_mode": "IMMEDIATE",
                "timeout": lock_seconds,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            }
        else:
            entry["ENGINE"] = "config.database.postgresql"
            entry["CONN_MAX_AGE"] = 0  # the pool keeps connections; Django refuses to combine both
            given = entry.get("OPTIONS", {})
            entry["OPTIONS"] = {
                **_CONNECTION_PARAMETERS,
                **given,
                "options": f"-c lock_timeout={round(lock_seconds * 1000)} {given.get('options', '')}".strip(),
                "pool": {"min_size": 1, "max_size": pool_size, "timeout": 5},
                # Prepared statements save half of the database server's time for a page.
                "server_side_binding": True,
                "prepare_threshold": 5,
            }
        return entry

    def cache(self, name: str) -> dict[str, Any]:
        url = self.text(name)
        if not url:
            return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        if not url.startswith(("redis://", "rediss://", "unix://")):
            raise SettingError(name, "must start with redis://, rediss:// or unix://.")
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}

    def mailer(self, name: str, *, files_in: Path | None) -> dict[str, Any]:
        """Return Django's MAILERS entry for `smtp://user:password@host:port`, `smtps://…` or `postmark://TOKEN`."""
        url = self.text(name)
        if not url:
            if files_in is None:
                raise SettingError(name, "is required when DEBUG is off. Example: smtp://user:password@host:587.")
            return {
                "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "OPTIONS": {"file_path": str(files_in)},
            }
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise SettingError(name, "is not a valid URL. Use smtp://user:password@host:587.") from None
        options = dict(parse_qsl(parts.query))
        # smtps uses TLS at once; smtp uses STARTTLS, unless there is ?tls=off.
        if parts.scheme in {"smtp", "smtps"}:
            if not parts.hostname:
                raise SettingError(name, "the host is missing. Use smtp://user:password@host:587.")
            if options not in ({}, {"tls": "off"}):
                raise SettingError(name, f"“{parts.query}” is not a valid option. The only option is tls=off.")
            return {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {
                    "host": parts.hostname,
                    "port": port or (465 if parts.scheme == "smtps" else 587),
                    "username": unquote(parts.username or ""),
                    "password": unquote(parts.password or ""),
                    "use_ssl": parts.scheme == "smtps",
                    "use_tls": parts.scheme == "smtp" and options.get("tls") != "off",
                    "timeout": 15,
                },
            }
        key = {"postmark": "server_token"}.get(parts.scheme, "api_key")
        known = {"postmark", "mailgun", "sendgrid", "mailjet", "brevo", "resend", "sparkpost", "mailersend"}
        if parts.scheme not in known or not parts.netloc:
            raise SettingError(name, "must start with smtp://, smtps:// or an email service, such as postmark://TOKEN.")
        return {
            "BACKEND": f"anymail.backends.{parts.scheme}.EmailBackend",
            "OPTIONS": {key: unquote(url.split("://", 1)[1].partition("?")[0]), **options},
        }

    def storage(self, name: str, *, folder: Path) -> dict[str, Any]:
        """Return Django's STORAGES entry: `s3://key:secret@bucket?endpoint_url=…&region_name=…`, or `folder`."""
        url = self.text(name)
        if not url:
            return {"BACKEND": "config.file_storage.WholeFileStorage", "OPTIONS": {"location": str(folder)}}
        try:
            parts = urlsplit(url)
        except ValueError:
            raise SettingError(name, "is not a valid URL. Use s3://key:secret@bucket.") from None
        if parts.scheme != "s3" or not parts.hostname:
            raise SettingError(name, "is not valid. Use s3://key:secret@bucket.")
        credentials = {"access_key": unquote(parts.username or ""), "secret_key": unquote(parts.password or "")}
        return {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": parts.hostname,
                "querystring_auth": False,
                "file_overwrite": False,
                # A file name is never reused for other content.
                "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
                **{key: value for key, value in credentials.items() if value},
                **dict(parse_qsl(parts.query)),
            },
        }

    def storage_hosts(self, name: str) -> list[str]:
        """Return the origins of pictures in a bucket, for the Content-Security-Policy."""
        url = self.text(name)
        if not url:
            return []
        parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
        if domain := options.get("custom_domain"):
            return [f"https://{domain}"]
        if endpoint := options.get("endpoint_url"):
            return [f"{urlsplit(endpoint).scheme}://{urlsplit(endpoint).netloc}"]
        return [f"https://{parts.hostname}.s3.amazonaws.com"]
