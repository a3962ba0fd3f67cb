"""`nianbao.data`: what is read and refused, and the published data themselves."""
