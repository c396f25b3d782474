"""From the clipboard's HTML to Markdown that renders to the same words, numbers and links.

`scanning` reads the tags into a tree, `meaning` says what a tag or a style means, `flow` makes blocks of the tree
(`blocks`), `lists`, `tables` and `code` belong to it, `inline` and `writing` write the blocks as Markdown.
"""

from insights.editor.paste.conversion import MAX_BYTES, MAX_MARKDOWN, Pasted, TooLarge, to_markdown

__all__ = ["MAX_BYTES", "MAX_MARKDOWN", "Pasted", "TooLarge", "to_markdown"]
