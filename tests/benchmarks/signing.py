"""R: how many RSA-2048 signatures one core makes in a second, without anything around them."""

import time

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from activitypub.signatures.keys import generate_rsa

_ROUND = 200


def seconds_per_signature(*, rounds: int = 5, key: RSAPrivateKey | None = None) -> float:
    """Return the least CPU time of one signature over several rounds."""
    key = key or generate_rsa()
    message = b"(request-target): post /inbox\nhost: there.example\ndate: now\ndigest: SHA-256=x"
    best = float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        for _ in range(_ROUND):
            key.sign(message, PKCS1v15(), SHA256())
        best = min(best, (time.thread_time() - began) / _ROUND)
    return best
