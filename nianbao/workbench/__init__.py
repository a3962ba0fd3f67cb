"""The workbench: a page on which an editor checks data, a workbook or a report in the browser, nothing installed.

May import: `nianbao.intake`, `nianbao.proof`, `nianbao.output` (the look of its pages) and what is below them; the
standard library.

`desk` is what the page calls in the browser, with the rooms that need no more than the standard library, openpyxl and
the readers of reports; `gathering` makes the folder of the page; `page/` holds what is no Python.
"""
