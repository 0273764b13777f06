"""The way to the centre over HTTP; the only place where `requests` is known.

Whatever answers that is not the centre (a login page, a proxy, a cache) is told apart and becomes a `NoAnswer` whose code says what the
clerk can do. Redirects are not followed, proxies of the environment not used, nothing is decompressed.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from corner_app.sync import sealing
from corner_app.sync.engine import NoAnswer
from corner_app.sync.wire import FRAME_LIMIT, MEDIA_TYPE


@dataclass(frozen=True)
class Limits:
    """Seconds to connect, without a byte, and for a whole answer however slowly it drips."""

    connect_s: float = 15
    stall_s: float = 30
    longest_s: float = 600


LIMITS = Limits()
_BARE = {"User-Agent": SKIP_HEADER, "Accept-Encoding": SKIP_HEADER, "Accept": None, "Connection": None}
"""Headers that carry nothing the centre needs; a poll is 400 bytes."""
_CODES = {
    "unknown_device": "not_enrolled_there",
    "signature": "bad_key",
    "too_large": "too_large",
    "code_wrong": "code_wrong",
    "code_used": "code_used",
    "device_taken": "device_taken",
    "segment_damaged": "stick_damaged",
    "segment_elsewhere": "stick_elsewhere",
}


class HttpLink:
    """One connection to one centre. up, down: bytes sent and got, headers included."""

    def __init__(self, url: str, ca: Path | None = None, limits: Limits = LIMITS) -> None:
        self._url, self._limits = url.rstrip("/"), limits
        self._session = requests.Session()
        self._session.trust_env = False
        if ca is not None:
            self._session.verify = str(ca)
        self.up = self.down = 0

    def send(self, path: str, frame: bytes) -> bytes:
        """See `client.Link`."""
        return self._post(path, frame, MEDIA_TYPE)

    def send_json(self, path: str, body: bytes) -> bytes:
        """Sends JSON and gets JSON: for enrolment."""
        return self._post(path, body, "application/json")

    def send_segment(self, sealed: bytes) -> bytes:
        """See `carry.SegmentLink`."""
        return self._post("/v1/segment", sealed, sealing.MEDIA_TYPE, sealing.SEGMENT_LIMIT)

    def close(self) -> None:
        """Ends the connection."""
        self._session.close()

    def _post(self, path: str, body: bytes, kind: str, limit: int = FRAME_LIMIT) -> bytes:
        headers = {**_BARE, "Content-Type": kind}
        try:
            with self._session.post(
                self._url + path, data=body, headers=headers, timeout=(self._limits.connect_s, self._limits.stall_s), allow_redirects=False, stream=True
            ) as response:
                got = self._read(response, limit)
                self._count(response, len(body), len(got))
        except requests.exceptions.SSLError as error:
            raise NoAnswer(_tls_code(error)) from error
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:  # HTTPError: cut within the answer, which we read ourselves
            raise NoAnswer("unreachable") from error
        if response.status_code == 200 and response.headers.get("content-type", "").partition(";")[0] == kind:
            return got
        raise NoAnswer(_refusal(response, got))

    def _read(self, response: requests.Response, limit: int) -> bytes:
        began, parts, size = time.monotonic(), [], 0
        while part := response.raw.read1(65_536, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise NoAnswer("garbled")
            if time.monotonic() - began > self._limits.longest_s:
                raise NoAnswer("unreachable")
        told = response.headers.get("content-length")
        if told is not None and told.isdigit() and int(told) != size:
            raise NoAnswer("unreachable")
        return b"".join(parts)

    def _count(self, response: requests.Response, up: int, down: int) -> None:
        asked = response.request
        line = len(f"{asked.method} {asked.path_url} HTTP/1.1\r\nHost: \r\n\r\n") + len(self._url.partition("://")[2])
        self.up += line + up + sum(len(k) + len(v) + 4 for k, v in asked.headers.items() if v != SKIP_HEADER)
        self.down += 19 + down + sum(len(k) + len(v) + 4 for k, v in response.headers.items())


def _tls_code(error: Exception) -> str:
    text = str(error).lower()
    if "expired" in text:
        return "certificate_expired"
    return "clock_wrong" if "not yet valid" in text else "not_our_centre"


def _refusal(response: requests.Response, got: bytes) -> str:
    """Why a whole answer is none: by what the centre says of itself, else by what a stranger looks like."""
    try:
        code = json.loads(got)["code"]
    except (ValueError, KeyError, TypeError):
        code = None
    if code is not None:
        return _CODES.get(code, "centre_trouble")
    if response.status_code >= 500 and response.status_code != 511:
        return "centre_trouble"
    return "portal"
