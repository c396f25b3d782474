"""One format for all dates and times, with the name of the time zone: “May 25, 2026, 09:00 UTC”."""

DATE_FORMAT = SHORT_DATE_FORMAT = "F j, Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "F j, Y, H:i e"
