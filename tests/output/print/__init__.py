"""The book on paper: from records and Markdown to PDF, Word and EPUB."""
