"""Conversion of the clipboard's HTML to Markdown that renders to the same words, numbers and links.

`html_tree` parses tags into a tree; `styles` interprets tags and styles. `spacing` adds the blanks that only a layout
shows, with `measures`, `pictures` and `notes`. `flow` builds `blocks`, with `lists`, `tasks`, `tables` and `code`.
`inline` and `markdown` write Markdown.
"""

from insights.editor.paste.conversion import MAX_BYTES, MAX_MARKDOWN, Pasted, TooLarge, to_markdown

__all__ = ["MAX_BYTES", "MAX_MARKDOWN", "Pasted", "TooLarge", "to_markdown"]
