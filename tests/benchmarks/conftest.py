"""Labels are painted without a screen; without this line Qt looks for one and ends the program when there is none."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
