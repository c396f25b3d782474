"""Public pages from memory: the wrapper before Django's handler, and `invalidate()`, to render a page again."""

from .wrapper import Application, PageCache, changes, invalidate, register_next_change, reopen_proxy_cache

__all__ = ["Application", "PageCache", "changes", "invalidate", "register_next_change", "reopen_proxy_cache"]
