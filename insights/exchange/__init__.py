"""Import and export of articles as a folder: Markdown with front matter, pictures, `publication.yaml`.

We use one text file per article instead of a dump of rows, so that people can read, edit and version it. An import
checks all files and re-encodes pictures into a temporary folder. Then one transaction applies everything or nothing.
"""
