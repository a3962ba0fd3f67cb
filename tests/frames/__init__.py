"""`nianbao.frames`: an edition's figures as pandas has them."""
