"""A link that breaks within an answer is a link that broke: nothing was heard, and the sync tries again."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from corner_app.sync.engine import NoAnswer
from corner_app.sync.http import HttpLink
from corner_app.sync.wire import MEDIA_TYPE

HEAD = f"HTTP/1.1 200 OK\r\ncontent-length: 100\r\ncontent-type: {MEDIA_TYPE}\r\n\r\n".encode()


@pytest.fixture(params=[b"", HEAD, HEAD + bytes(40)], ids=["before it", "after its head", "in its body"])
def cut_at(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a centre whose answer ends too soon."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            caller, _ = listening.accept()
            with caller:
                caller.recv(65_536)
                caller.sendall(request.param)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join()


def test_a_cut_answer_is_no_answer(cut_at: str) -> None:
    link = HttpLink(cut_at)
    with pytest.raises(NoAnswer) as none:
        link.send("/v1/sync", b"frame")
    assert none.value.code == "unreachable"
    link.close()
