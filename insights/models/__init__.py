"""Models of the publication: accounts, articles, versions, taxonomy, next steps, links and audit log."""

from insights.models.accounts import Author, User
from insights.models.external_links import ExternalHost, ExternalLink, ExternalLinkUse, LinksRead
from insights.models.related import ReadNext
from insights.models.review import ReviewEmail
from insights.models.view_counts import DailyViews, NetworkToday, ReaderSalt, SeenToday

from .articles import Article
from .audit import AuditEntry
from .history import HistoryEntry
from .pictures import Picture, PictureUse, UploadCount
from .presence import Presence
from .preview_links import PreviewLink
from .redirects import Redirect
from .search import SearchDeletion, SearchEntry, SearchWord
from .site import SiteSettings
from .steps import Recalculation, Rule, Step
from .taxonomy import Category, Series, Tag
from .versions import Byline, Version, VersionTag

__all__ = [
    "Article",
    "AuditEntry",
    "Author",
    "Byline",
    "Category",
    "DailyViews",
    "ExternalHost",
    "ExternalLink",
    "ExternalLinkUse",
    "HistoryEntry",
    "LinksRead",
    "NetworkToday",
    "Picture",
    "PictureUse",
    "Presence",
    "PreviewLink",
    "ReadNext",
    "ReaderSalt",
    "Recalculation",
    "Redirect",
    "ReviewEmail",
    "Rule",
    "SearchDeletion",
    "SearchEntry",
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
