"""What requests that are signed by hand are made of."""

import pytest

from activitypub.signatures.signing import SignatureForm

BOTH = pytest.mark.parametrize("form", SignatureForm)
BODY = b'{"type":"Like"}'
BASE = ("(request-target)", "host", "date", "digest")
