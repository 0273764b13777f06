"""The way to the centre over HTTP; the only place where `requests` is known.

Whatever answers that is not the centre (a login page, a proxy, a cache) is told apart and becomes a `NoAnswer` whose code says what the
clerk can do. Redirects are not followed, proxies of the environment not used, nothing is decompressed.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
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
_BLOCK, _UNDER_WAY = 4_096, 16_384
"""Bytes that must get away within the time for connecting; bytes the system may hold for us, so that silence begins when they are gone."""
_EXPIRED, _NOT_YET_VALID = 10, 9
"""Numbers of OpenSSL for what is wrong with a certificate."""
_CODES = {
    "unknown_device": "not_enrolled_there",
    "signature": "bad_key",
    "too_large": "too_large",
    "code_wrong": "code_wrong",
    "code_used": "code_used",
    "device_taken": "device_taken",
    "segment_damaged": "stick_damaged",
    "segment_elsewhere": "stick_elsewhere",
    "centre_unreachable": "unreachable",
    "crowded": "crowded",
}


class HttpLink:
    """One connection to one centre. up, down: bytes sent and got, headers included.

    pin: SHA-256 of the one certificate that is taken, hex, whatever it says of names and dates: for a relay, which signs its own.
    """

    def __init__(self, url: str, ca: Path | None = None, limits: Limits = LIMITS, pin: str = "") -> None:
        self._url, self._limits = url.rstrip("/"), limits
        self._session = requests.Session()
        self._session.trust_env = False
        adapter = _Adapter(limits.longest_s)
        self._session.mount(self._url, adapter)
        if ca is not None:
            self._session.verify = str(ca)
        if pin:
            self._session.verify = False
            adapter.poolmanager.connection_pool_kw["assert_fingerprint"] = pin
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

    def pass_on(self, path: str, body: bytes, kind: str, limit: int) -> tuple[int, str, bytes]:
        """Asks for somebody else: status, media type and body of whatever answers. Raises NoAnswer."""
        response, got = self._exchange(path, body, kind, limit)
        return response.status_code, response.headers.get("content-type", "").partition(";")[0], got

    def _post(self, path: str, body: bytes, kind: str, limit: int = FRAME_LIMIT) -> bytes:
        response, got = self._exchange(path, body, kind, limit)
        if response.status_code == 200 and response.headers.get("content-type", "").partition(";")[0] == kind:
            return got
        raise _refusal(response, got)

    def _exchange(self, path: str, body: bytes, kind: str, limit: int) -> tuple[requests.Response, bytes]:
        headers = {**_BARE, "Content-Type": None if kind == MEDIA_TYPE else kind}  # a frame says itself what it is; 36 bytes of every poll
        try:
            with self._session.post(
                self._url + path,
                data=io.BytesIO(body),
                headers=headers,
                timeout=(self._limits.connect_s, self._limits.stall_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                got = self._read(response, limit)
                self._count(response, len(body), len(got))
        except requests.exceptions.SSLError as error:
            raise NoAnswer(_tls_code(error)) from error
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:  # HTTPError: cut within the answer, which we read ourselves
            raise NoAnswer("unreachable") from error
        return response, got

    def _read(self, response: requests.Response, limit: int) -> bytes:
        parts, size = [], 0
        while part := response.raw.read1(65_536, decode_content=False):
            parts.append(part)
            size += len(part)
            if size > limit:
                raise NoAnswer("garbled")
        told = response.headers.get("content-length")
        if told is not None and told.isdigit() and int(told) != size:
            raise NoAnswer("unreachable")
        return b"".join(parts)

    def _count(self, response: requests.Response, up: int, down: int) -> None:
        asked = response.request
        line = len(f"{asked.method} {asked.path_url} HTTP/1.1\r\nHost: \r\n\r\n") + len(self._url.partition("://")[2])
        self.up += line + up + sum(len(k) + len(v) + 4 for k, v in asked.headers.items() if v != SKIP_HEADER)
        self.down += 19 + down + sum(len(k) + len(v) + 4 for k, v in response.headers.items())


class _Until(io.RawIOBase):
    """What a socket gives until a moment: one byte now and then, in a header or in the body, may not hold us for ever."""

    def __init__(self, socket_bytes: io.RawIOBase, end: float) -> None:
        self._bytes, self._end = socket_bytes, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._end:
            raise TimeoutError("the answer takes too long")
        got: int | None = self._bytes.readinto(buffer)
        return got

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _Adapter(HTTPAdapter):
    """Connections whose answers end within so many seconds, headers included, and which keep little on its way."""

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        super().__init__()

    def init_poolmanager(self, *words: Any, **options: Any) -> None:
        kept = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_SNDBUF, _UNDER_WAY)]
        super().init_poolmanager(*words, **options, blocksize=_BLOCK, socket_options=kept)
        longest_s = self._longest_s

        class Answer(http.client.HTTPResponse):
            def __init__(self, *words: Any, **options: Any) -> None:
                super().__init__(*words, **options)
                self.fp = io.BufferedReader(_Until(self.fp.detach(), time.monotonic() + longest_s))

        class Plain(HTTPConnection):
            response_class = Answer

        class Sealed(HTTPSConnection):
            response_class = Answer

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SealedPool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Sealed

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SealedPool}


def _tls_code(error: BaseException) -> str:
    """What a handshake failed of: the certificate, or just the link."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return {_EXPIRED: "certificate_expired", _NOT_YET_VALID: "clock_wrong"}.get(cause.verify_code, "not_our_centre")
        if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError | ssl.SSLSyscallError):
            return "unreachable"
    return "not_our_centre"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = (getattr(error, "reason", None), *error.args)
        error = next((each for each in inner if isinstance(each, BaseException)), None)


class _Told(msgspec.Struct):
    """What the centre says of a refusal. again: seconds until it is the caller's turn."""

    code: str
    again: int = 0


def _refusal(response: requests.Response, got: bytes) -> NoAnswer:
    """Why a whole answer is none: by what the centre says of itself, else by what a stranger looks like."""
    if response.status_code != 200:
        try:
            told = msgspec.json.decode(got, type=_Told)
            return NoAnswer(_CODES.get(told.code, "centre_trouble"), told.again)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            if response.status_code >= 500 and response.status_code != 511:
                return NoAnswer("centre_trouble")
    return NoAnswer("portal")
