"""A bare `pytest` on a machine without a screen finds one here; `tools/dev.py test` says the same."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
