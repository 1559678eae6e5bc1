"""Every request that leaves this server, behind one guard.

`guard` decides which addresses may be contacted, `client` makes the requests, `documents` reads
ActivityPub documents with it, `cache` and `budget` bound what one cause may do. Delivery,
WebFinger, NodeInfo, media and previews use the same client: there is no second way out.
"""
