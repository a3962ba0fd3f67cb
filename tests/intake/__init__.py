"""`nianbao.intake`: workbooks out and back in."""
