"""Who sent this? Keys, digests, HTTP signatures in both forms, and integrity proofs.

Everything here is pure: bytes and times come in, headers, claims or an error come out. Nothing
fetches a key, waits, or reads a clock. `signing` makes signatures, `verifying` is the one door
for incoming requests, `proofs` is for signatures inside documents; the other modules are the
formats that these three are built from.
"""
