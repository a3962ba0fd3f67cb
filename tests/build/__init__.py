"""`nianbao.build` and the command line: kernels, increments, editions, booklets in bulk, provinces."""
