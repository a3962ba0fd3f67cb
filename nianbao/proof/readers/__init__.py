"""What makes a document of a file, one module a kind of file; `read` is the way in."""
