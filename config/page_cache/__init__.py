"""Page cache for public pages: a WSGI wrapper before Django's handler, and `invalidate()`."""

from .wrapper import Application, PageCache, changes, invalidate, register_next_change, reopen_proxy_cache

__all__ = ["Application", "PageCache", "changes", "invalidate", "register_next_change", "reopen_proxy_cache"]
