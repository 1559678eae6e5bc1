"""`python -m server` is the `meshwork` command."""

import sys

from server.cli import main

sys.exit(main())
