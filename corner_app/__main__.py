"""`python -m corner_app`."""

import sys

from corner_app.cli import main

sys.exit(main())
