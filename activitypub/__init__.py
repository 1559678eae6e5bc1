"""ActivityPub as a library: documents, signatures, fetching, discovery, receiving, delivery.

It knows no table, no template and no setting of any application. Import from the subpackages.
"""
