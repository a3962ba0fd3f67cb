"""The workbook of a year, out and in: its layout, what people type into cells, file safety, merging into `data/`.

May import: `nianbao.audit` and what is below it, `nianbao.locking`, `nianbao.temporary`; the standard library and
openpyxl.
"""
