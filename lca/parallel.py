"""Work in parts, with or without an executor: the same parts give the same results.

Any `concurrent.futures.Executor` will do: threads, processes, or that of a Dask cluster. What
all parts share travels as one byte string (by value, so that classes from a notebook do too).
A part whose worker died is done here; a part whose own code failed ends the work.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from functools import cache, lru_cache
from typing import Any

import numpy as np


@cache
def keep_pages() -> None:
    """Let this process keep the memory of arrays that are freed, for the next ones.

    glibc maps large arrays anew and gives them back, and every page costs a fault each time;
    once an array of 32 MB was freed, it keeps what is smaller. It halves the time of a summary.
    """
    np.ones(4_000_000)  # just below 32 MiB, the most that glibc heeds


def run(
    work: Callable[[Any, Any], Any],
    context: Any,
    parts: Sequence[Any],
    executor: Executor | None,
    progress: bool,
    what: str,
) -> Iterator[tuple[Any, Any]]:
    """Yield (part, result of ``work(context, part)``) as parts are finished.

    Parameters
    ----------
    work : function
        Of a module, so that workers can import it.
    context, parts
        What all parts share, and what each has of its own.
    executor : concurrent.futures.Executor or None
        None works here, one part after the other.
    progress : bool
        Show a bar where the work takes more than a second.
    what : str
        Name of the bar.

    Raises
    ------
    Exception
        Whatever the work raised; parts not begun are cancelled.
    """
    keep_pages()
    with _bar(len(parts), progress, what) as bar:
        here = ((part, work(context, part)) for part in parts)
        for done in here if executor is None else _remote(work, context, parts, executor):
            yield done
            bar.update()


def _bar(total: int, progress: bool, what: str) -> Any:
    from tqdm import tqdm

    shown = {"leave": False, "delay": 1, "disable": None if progress else True}
    return tqdm(total=total, desc=what, unit="part", **shown)


def _remote(
    work: Callable[[Any, Any], Any], context: Any, parts: Sequence[Any], executor: Executor
) -> Iterator[tuple[Any, Any]]:
    import cloudpickle

    package = cloudpickle.dumps((work, context))
    futures: dict[Any, Any] = {}
    lost = []
    try:
        for part in parts:
            try:
                futures[executor.submit(_work, package, part)] = part
            except Exception:  # the executor is broken already
                lost.append(part)
        for future in as_completed(futures):
            try:
                result, error = future.result()
            except Exception:  # a worker died: what it raised itself is in `error`
                lost.append(futures[future])
                continue
            if error is not None:
                raise error
            yield futures[future], result
    finally:
        for future in futures:
            future.cancel()
    if lost:
        warnings.warn(
            f"workers were lost; {len(lost)} of {len(parts)} parts are done here instead",
            stacklevel=2,
        )
        for part in lost:
            yield part, work(context, part)


def _work(package: bytes, part: Any) -> tuple[Any, Exception | None]:
    """Return (result, None) or (None, what the work raised)."""
    work, context = _unpacked(package)
    keep_pages()
    try:
        return work(context, part), None
    except Exception as error:
        return None, error


@lru_cache(maxsize=2)
def _unpacked(package: bytes) -> tuple[Callable[[Any, Any], Any], Any]:
    import cloudpickle

    unpacked: tuple[Callable[[Any, Any], Any], Any] = cloudpickle.loads(package)
    return unpacked
