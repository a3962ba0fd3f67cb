"""`nianbao.chapter`: what a notebook calls, and the sentences and figures that come out."""
