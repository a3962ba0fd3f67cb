"""The site: theme, search, the pages of reference, and all editions under one root."""
