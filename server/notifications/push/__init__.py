"""Web push (RFC 8030): who wants it, encryption for the receiver, sending through the guard."""
