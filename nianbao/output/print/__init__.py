"""The book on paper and in readers: PDF, Word and EPUB, from the records of the executed notebooks and from Markdown.

`reading` makes a `document` of an edition, `layout` fits its tables to a page, `typst`, `word` and `epub` write it with
the `templates`; `export` does it all. May import what `output` may.
"""
