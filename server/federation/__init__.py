"""The engine that speaks ActivityPub: actors, keys, hosts, what goes out and what comes in."""
