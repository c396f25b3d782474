"""Pictures: upload, re-encoding, renditions in several widths, and the places that show each picture."""
