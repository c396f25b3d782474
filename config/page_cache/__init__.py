"""Public pages from memory: the wrapper before Django's handler, and `forget()`, by which a page is rendered anew."""

from .wrapper import Application, PageCache, bound_by, changes, forget, reopen_proxy_cache

__all__ = ["Application", "PageCache", "bound_by", "changes", "forget", "reopen_proxy_cache"]
