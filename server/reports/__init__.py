"""Reports: what became of programmes in numbers, for organisers and funders, without names."""
