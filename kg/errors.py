"""The tree of errors. Each says where, what, and what to do.

KgError
  SourceError      a report could not be opened                              exit 3
  DocumentError    its bytes could not be read as text                       exit 3
  LexiconError     a table or rule file is wrong (file:line)                 exit 1
  GraphError       the graph breaks a shape, a count or a sum                exit 1
  StoreError       a release is locked, damaged or missing                   exit 3
  QueryError       a query is malformed, refused or too costly; the message is fit to show the asker   exit 2
  UsageError       a command or request asks for what does not exist         exit 2
"""

import errno

NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system calls it when no more can be written."""


class KgError(Exception):
    """Base of all our errors.

    >>> print(KgError("12 cells, not 11", where="units.tsv:3", hint="one tab between cells"))
    units.tsv:3: 12 cells, not 11 — one tab between cells

    `where` is a file, a line or an address; `hint` says what to do. Both may be empty.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        super().__init__(f"{where}: {what}" if where else what, hint)

    def __str__(self) -> str:
        return " — ".join(part for part in self.args if part)


class SourceError(KgError):
    """A report could not be opened: no such file, an address that does not answer, too large."""

    exit_code = 3


class DocumentError(KgError):
    """The bytes of a report could not be read as text, or are no report."""

    exit_code = 3


class LexiconError(KgError):
    """A table or rule file is wrong; `where` is file:line."""


class GraphError(KgError):
    """The graph breaks a shape, an expected count or a sum."""


class StoreError(KgError):
    """A release is locked, damaged or missing."""

    exit_code = 3


class QueryError(KgError):
    """A query is malformed, refused or too costly. The message is fit to show the asker."""

    exit_code = 2


class UsageError(KgError):
    """A command or request asks for something that does not exist."""

    exit_code = 2
