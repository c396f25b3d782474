"""Pictures, from an upload to what a page names: drawn anew, in several widths, as markup, and where each is used."""
