"""The vocabulary as files: fazhi.ttl, shapes/, rules/, views/, alignments/, examples/. This module finds them and reads nothing."""

from pathlib import Path

HERE = Path(__file__).parent
VOCABULARY = HERE / "fazhi.ttl"


def files(kind: str) -> tuple[Path, ...]:
    """The files of one folder in name order.

    >>> [path.name for path in files("shapes")]
    ['data.ttl', 'duty.ttl', 'ontology.ttl']
    """
    return tuple(sorted(path for path in (HERE / kind).iterdir() if path.suffix in {".ttl", ".rq"}))
