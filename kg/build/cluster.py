"""Cluster: the reports shared among the workers of a Dask scheduler, on any number of machines (extra `dask`).

Sources travel to the workers and parts come back, so the machines need no common disk, only the same fazhi. A worker that
dies takes nothing with it: the scheduler gives its reports to another.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kg.build.parts import fingerprint
from kg.corpus.source import Source
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.build.spread import Parcel, Task

AHEAD = 4
"""Reports in the hands of a thread at most."""
PATIENCE = 10
"""Seconds in which the scheduler must answer."""


def cluster(address: str, task: "Task", given: Iterable[tuple[str, Source]]) -> "Iterator[Parcel]":
    """Make these reports, by name, on the workers of the scheduler at `address`, as they get ready.

    Raises UsageError where no scheduler answers, or where a worker has another version of the rules.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise UsageError("--dask needs the distributed package", hint="pip install 'fazhi[dask]'") from error
    from kg.build.spread import packed

    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError("no Dask scheduler answers", where=address, hint="dask scheduler starts one") from error
    with client, client.as_current():
        client.wait_for_workers(1, timeout=PATIENCE)
        versions = client.run(fingerprint)
        if strangers := sorted(worker for worker, found in versions.items() if found != fingerprint()):
            raise UsageError("has other rules", where=strangers[0], hint="install the same fazhi on every worker")
        threads = sum(client.nthreads().values()) or 1
        queue = (client.submit(packed, task, source, name, pure=False) for name, source in given)
        ready = as_completed(list(islice(queue, threads * AHEAD)))
        for future in ready:
            yield future.result()
            future.release()
            for more in queue:
                ready.add(more)
                break
