"""Data to take away: each table and chart as files, and the whole edition as workbook, Parquet, SDMX and data package."""
