"""Demo publication: articles as Markdown files, pictures, and the script that draws them."""
