"""From the clipboard's HTML to Markdown that renders to the same words, numbers and links.

`scanning` reads the tags into a tree, `meaning` says what a tag or a style means, `spacing` adds the blanks that only a
layout shows (`measures` reads its lengths, `pictures` what a picture stands for), `flow` makes blocks of the tree
(`blocks`), `lists`, `tables` and `code` belong to it, `inline` and `writing` write the blocks as Markdown.
"""

from .converting import MAX_BYTES, MAX_MARKDOWN, Pasted, TooLarge, to_markdown

__all__ = ["MAX_BYTES", "MAX_MARKDOWN", "Pasted", "TooLarge", "to_markdown"]
