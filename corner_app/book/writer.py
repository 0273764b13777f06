"""The one writing thread: jobs go in by a queue, values come out by a future, each after its commit."""

from __future__ import annotations

import queue
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from corner_app.book.book import Book
from corner_app.book.database import Tx

T = TypeVar("T")


class Writer:
    """`do` may be called from any thread and returns at once; `run` is the body of the thread that `app` starts."""

    def __init__(self, open_book: Callable[[], Book]) -> None:
        self._open = open_book
        self._queue: queue.SimpleQueue[tuple[Callable[[Book], Any], Future[Any]] | None] = queue.SimpleQueue()
        self.opened: Future[Book] = Future()

    def do(self, job: Callable[[Tx], T]) -> Future[T]:
        """Asks for a job to be done in a transaction of its own, after those asked before. The future holds its value or its error."""
        return self.care(lambda book: book.write(job))

    def care(self, work: Callable[[Book], T]) -> Future[T]:
        """Asks for work on the whole book, in its turn."""
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future

    def stop(self) -> None:
        """Ends the thread after the jobs asked so far."""
        self._queue.put(None)

    def run(self) -> None:
        """Opens the book in this thread, does the jobs in order, closes it."""
        try:
            book = self._open()
        except Exception as error:
            self.opened.set_exception(error)
            return
        self.opened.set_result(book)
        with book:
            while (asked := self._queue.get()) is not None:
                work, future = asked
                try:
                    future.set_result(work(book))
                except Exception as error:
                    future.set_exception(error)
