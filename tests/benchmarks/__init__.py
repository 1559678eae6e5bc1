"""What Meshwork costs, measured: each goal as a ratio of parts taken in one run.

`python -m tests.benchmarks` (or `make bench`) runs them all. Every benchmark is a file
`measure_….py` with one function `measure(setting)`; the list is in `listing`. Machines differ and
are shared, so goals are ratios to something plain that is measured beside them, CPU time counts
where it can, and of several tries the least disturbed one is taken. Nothing here is asserted by a
test.
"""
