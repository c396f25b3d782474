"""One style for every day and moment: “25 May 2026, 09:00 UTC”. A moment names its zone, the publication's."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, H:i e"
