"""The publication's data: who writes, what is written, what it is filed under, what follows it."""

from .articles import Article
from .audit import AuditEntry
from .handover import HandOverMail
from .history import HistoryEntry
from .outside_links import LinksRead, OutsideHost, OutsideLink, OutsideLinkUse
from .people import Author, User
from .pictures import Picture, PictureUse, UploadCount
from .presence import Presence
from .preview_links import PreviewLink
from .readership import DailyViews, NetworkToday, ReaderSalt, SeenToday
from .redirects import FormerSlug
from .relations import ReadNext
from .search import SearchEntry, SearchSlip, SearchWord
from .site import SiteSettings
from .steps import Recomputation, Rule, Step
from .taxonomy import Category, Series, Tag
from .versions import Byline, Version, VersionTag

__all__ = [
    "Article",
    "AuditEntry",
    "Author",
    "Byline",
    "Category",
    "DailyViews",
    "FormerSlug",
    "HandOverMail",
    "HistoryEntry",
    "LinksRead",
    "NetworkToday",
    "OutsideHost",
    "OutsideLink",
    "OutsideLinkUse",
    "Picture",
    "PictureUse",
    "Presence",
    "PreviewLink",
    "ReadNext",
    "ReaderSalt",
    "Recomputation",
    "Rule",
    "SearchEntry",
    "SearchSlip",
    "SearchWord",
    "SeenToday",
    "Series",
    "SiteSettings",
    "Step",
    "Tag",
    "UploadCount",
    "User",
    "Version",
    "VersionTag",
]
