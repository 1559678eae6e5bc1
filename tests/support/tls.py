"""A certificate authority of the tests' own, for instances that speak TLS on loopback."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True, slots=True)
class Authority:
    """Signs certificates; `file` is what `federation.ca_file` names."""

    file: Path
    _signer: trustme.CA

    @classmethod
    def made_in(cls, folder: Path) -> "Authority":
        signer = trustme.CA()
        file = folder / "authority.pem"
        signer.cert_pem.write_to_path(file)
        return cls(file, signer)

    def server(self, *hosts: str) -> ssl.SSLContext:
        """Return the TLS settings of a server of these names."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._signer.issue_cert(*hosts).configure_cert(context)
        return context

    def client(self) -> ssl.SSLContext:
        """Return the TLS settings of somebody who trusts this authority alone."""
        context = ssl.create_default_context()
        self._signer.configure_trust(context)
        return context
