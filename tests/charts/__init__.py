"""`nianbao.charts`: drawings and their text."""
