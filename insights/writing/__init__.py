"""What the writing view needs beside the form: what a page was opened on, who else is there, two texts laid together,
the page beside the text, and what is pasted."""
