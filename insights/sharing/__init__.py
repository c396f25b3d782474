"""The picture of a shared link: when it may be seen, what it shows, the drawn covers as pixels."""
