"""Figures named in texts that are kept as data: `{{indicator[item]@year}}`."""

from __future__ import annotations

import re

#: A reference: code of the indicator, an item in square brackets, a year behind @; without them the whole, this year.
REFERENCE = re.compile(r"\{\{\s*([\w.]+)(?:\[(\w+)\])?(?:@(\d{4}))?\s*\}\}")
