"""The sheets of a filled-in file, read back: heads, figures, texts, revisions, and what is lacking."""
