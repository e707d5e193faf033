"""A process of its own that does some work, made as Airflow makes one."""

import gc
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess

from rollcall.ingest import evaluate


def start(work: Callable, *arguments: object) -> BaseProcess:
    """A fork of this process, which has Great Expectations imported already; no connection is carried over."""
    import great_expectations  # noqa: F401

    evaluate._connections.cache_clear()
    worker = get_context("fork").Process(target=_work, args=(work, *arguments))
    worker.start()
    return worker


def _work(work: Callable, *arguments: object) -> None:
    # What the test process has made (engines with threads of their own) is not this one's to clear away: it crashes.
    gc.freeze()
    work(*arguments)
