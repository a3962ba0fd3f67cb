"""Data to take away: each table and chart as files, and the whole edition in the forms analysts use."""
