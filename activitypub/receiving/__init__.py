"""From the bytes of a stranger to an activity that may be believed, or a refusal.

`request` looks at the raw request, `verified` is the one door that everything incoming has to
pass, `keys` finds out whose key it is, `checks` says who may do what, `routing` finds the
handlers. No side effect happens in this package.
"""
