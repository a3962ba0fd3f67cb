"""`nianbao.audit`: planted errors are found, true relations never called wrong."""
