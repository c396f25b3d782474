"""Articles as files: a folder of Markdown with front matter, its pictures, and what surrounds them.

Chosen: one text file per article that a person can read, write and keep under version control, against a dump of rows.
What has no place in such a file stands beside it: `publication.yaml` (authors, taxonomy, steps, the site's own words)
is made to be written by hand, `manifest.yaml` (hashes, stored names, exact moments) only by an export. Reading happens
in three steps, so that a bad folder changes nothing: files are read and checked, pictures are drawn anew into a
temporary folder, and then one transaction applies everything or nothing.
"""
