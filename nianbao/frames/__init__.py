"""The figures of an edition as pandas has them: a row a figure, with what is known of it; and indicators by words.

May import: `nianbao.figures` and what is below it.
"""
