"""Which printed figure is wrong: the smallest sets of figures whose release makes all relations hold again.

`problem` states figures and relations, `building` takes them from the data, `propagation` decides whether they can
hold together, with `narrowing` for one relation and `grid` for the arithmetic; `slips` says how likely a value became
another, `search` finds and weighs the sets, `diagnosis` writes the rows an editor reads.
"""
