"""Keys that are printed in specifications, so that whoever signs with one is nobody.

Each line is the SHA-256 of a SubjectPublicKeyInfo, with the place where the key is printed. A
deployment that was set up by copying an example would otherwise be anybody's to impersonate.
"""

PUBLISHED_KEYS = frozenset(
    {
        # Mastodon, spec/requests/signature_verification_spec.rb, RSA
        "019b6c545adbc7b3544074e99f142260543af3337a7bb6a5298ad9a6f5f1733e",
        # the same, Ed25519
        "f80c9c6583d6f8e944c169566bc00d6e5570d3d728b7accf5a03c04f899253ba",
        # draft-cavage-http-signatures-12, appendix C
        "6abc29c310d9c042fd93e21828b8178161400a3b78adf0f09d62ac13712eb5fe",
        # RFC 9421 B.1.1, test-key-rsa
        "c73eecd318bd3813f2402a660d8a90010ca35d609d19377d5ee7af200713229f",
        # RFC 9421 B.1.2, test-key-rsa-pss
        "72859cbaf21a0b398b1f25712bbed148b1d85a0c6b824176eb306405caa6f0b2",
        # RFC 9421 B.1.4, test-key-ed25519
        "34571606cb7a0d71be377e671ddcccae2a169ed7733598214129231cd30c4a3c",
        # FEP-521a, Ed25519
        "0c326299d2fa5b9d1bf843a8fce6c946f03cdfc1e429f5431aa9bc202c41c4c1",
        # FEP-521a, RSA
        "feabd7bb32ade6a0bbf398c109cab299cfca79d714020f3b291967258d46eb11",
        # FEP-8b32 and W3C Data Integrity EdDSA, appendix A
        "d2eaf30fd1eddd11249a69ec46529d28871f0ad11acafb9bc1bb98148ab696e9",
        # RFC 8032 §7.1 test 1, and RFC 8037 A.1
        "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9",
        # RFC 8032 §7.1 test 2
        "deb2ded39dc26fce0e6085b6fc34bf6b5941913bbfe2ea614113cff9e004c170",
        # RFC 8032 §7.1 test 3
        "8d39ba50abe50f77b6bb8ae7b6927aff7ffbeba35ad2837c0e51e82bcbcc60d5",
        # RFC 8032 §7.1 test 1024
        "e4f982b51ad0bdd87be820b259fe80337ef636e72b9fa7a8867a6949eb610fd6",
        # RFC 8032 §7.1 test SHA(abc)
        "e77db4a9572e9f6552c22bc751d5499ad218a73bdf7e15dc6ea0fc69246a44de",
        # RFC 7515 A.2
        "6fd13c2435a361e7c588cd17f55f5ad3df0177a66c1727a6a200845f4d7ab88c",
    }
)
"""Fingerprints as `keys.fingerprint_of` makes them."""
