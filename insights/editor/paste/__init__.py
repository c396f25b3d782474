"""From the clipboard's HTML to Markdown that renders to the same words, numbers and links.

`html_tree` reads the tags into a tree, and `styles` says what a tag or a style means. `spacing` adds the blanks that
only a layout shows; `measures` reads its lengths, `pictures` what a picture stands for, `notes` the numbers of notes.
`flow` makes blocks (`blocks`) of the tree, with `lists`, `tasks`, `tables` and `code`. `inline` and `markdown` write
them as Markdown.
"""

from insights.editor.paste.conversion import MAX_BYTES, MAX_MARKDOWN, Pasted, TooLarge, to_markdown

__all__ = ["MAX_BYTES", "MAX_MARKDOWN", "Pasted", "TooLarge", "to_markdown"]
