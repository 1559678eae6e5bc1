"""Access, portability and erasure: what every feature answers, put together for one person."""
