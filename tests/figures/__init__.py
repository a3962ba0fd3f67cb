"""`nianbao.figures`: exact numbers, intervals and what follows from them."""
