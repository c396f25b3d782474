"""The publication's data: who writes, what is written, what it is filed under, what follows it."""

from insights.models.accounts import Author, User
from insights.models.external_links import LinksRead, OutsideHost, OutsideLink, OutsideLinkUse
from insights.models.related import ReadNext
from insights.models.review import HandOverMail
from insights.models.view_counts import DailyViews, NetworkToday, ReaderSalt, SeenToday

from .articles import Article
from .audit import AuditEntry
from .history import HistoryEntry
from .pictures import Picture, PictureUse, UploadCount
from .presence import Presence
from .preview_links import PreviewLink
from .redirects import FormerSlug
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
