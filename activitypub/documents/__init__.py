"""Documents of ActivityPub as values: reading what others send, building what we send.

Nothing here does I/O, keeps state or trusts its input: readers take parsed JSON of any shape and
either return a typed, frozen value or raise DocumentError. Signatures, fetching and delivery live
beside this package; HTML is returned as it came and has to be cleaned by whoever shows it.
"""
