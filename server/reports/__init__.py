"""Reports: what became of programmes in numbers, for organisers and funders, without names.

Counting is in `rules.py` (the organisation's own numbers) and `funding.py` (what a funder asks
for, as data files say); `hiding.py` hides small numbers; `tables.py` lays all of it out once for
page, print, CSV and spreadsheet.
"""
