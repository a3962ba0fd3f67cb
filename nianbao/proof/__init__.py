"""A proofreader for any report of this kind: reads a file, finds what does not add up in it, and says so.

May import: `nianbao.audit` and what is below it, `nianbao.temporary`; the standard library, openpyxl, and python-docx,
lxml and pypdfium2, each only when a file of its kind is read.
"""
