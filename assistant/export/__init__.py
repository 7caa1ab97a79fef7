"""A finished document as Word, Markdown, HTML or plain text."""
