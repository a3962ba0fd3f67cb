"""PDF, Word and EPUB, from the executed notebooks and the pages of `book/`."""
