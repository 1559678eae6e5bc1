"""Suggesting pairs: what may not be, how well the rest fits, the best for everybody, and why.

`signals` are the only facts that count, `reading` fetches them, `hard` and `scoring` are the rules
for one pair, `sheets` the same for all pairs at once, `assigning` finds the best for everybody,
`explaining` says why. Staff decide; nothing here changes anything.
"""
