"""What pyserial lets through when a serial line goes while it is used; SerialException is an OSError."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    LINE_ERRORS: tuple[type[Exception], ...] = (OSError,)
else:
    import termios

    LINE_ERRORS = (OSError, termios.error)  # the latter where it sets up or drains a line that is gone

OPEN_ERRORS = (*LINE_ERRORS, ValueError)
"""ValueError: a name, speed or word length the system does not know."""
READ_ERRORS = (*LINE_ERRORS, TypeError)
"""TypeError: what pyserial makes of a handle that vanished while it read."""
