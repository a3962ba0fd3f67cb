"""The sheets of the workbook, written: figures, live checks, texts, revisions, guidance."""
