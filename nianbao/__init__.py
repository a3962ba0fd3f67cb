"""年报 (nianbao): the yearly disclosure report of a social insurance bureau as a computed book."""

__version__ = "0.2.0"
