"""The demo publication: its articles as Markdown files, its pictures, and the script that draws them."""
