"""`nianbao.output`: files that people take away, and what is published."""
