"""Finding actors and servers: WebFinger, host-meta and NodeInfo, asked and answered.

`handles` reads what people type, `jrd` reads and writes the documents, `webfinger` asks with the
guarded client, `host_meta` is its older fallback, `nodeinfo` tells which software a server runs.
"""
