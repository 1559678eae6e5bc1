"""What staff and the command line did: an append-only log without names or contents."""
