"""What can go wrong with what a learner leaves behind; each message is one line: what, where, and what to do now.

StudyError
├── StoreError              the database or a file of drafts cannot be used
│   ├── StoreBusy           others write, and did not finish in time
│   ├── StoreFull           the disk takes no more
│   ├── StoreCorrupt        a damaged file, or none of a database
│   ├── StoreNewer          written by a later release; left as it is
│   ├── StoreReadOnly       the file or its folder may not be written
│   ├── StoreUnreachable    no server answers, or its driver is missing
│   └── DraftStoreError     the file of drafts
└── ImportProblem           a file that cannot be taken in
"""

from __future__ import annotations


class StudyError(Exception):
    """Any failure around what a learner leaves behind. The message is one line, fit to be shown."""


class StoreError(StudyError):
    """The database cannot be used. The message names its file, or its address without the password."""


class StoreBusy(StoreError):  # noqa: N818 - what it is, not that it is an error
    """Another process or thread holds the database; trying again is right, and repeats nothing."""


class StoreFull(StoreError):  # noqa: N818 - what it is, not that it is an error
    """The disk is full or refuses to write. Nothing of the failed step was written."""


class StoreCorrupt(StoreError):  # noqa: N818 - what it is, not that it is an error
    """The file is damaged or is no database. It is never overwritten."""


class StoreNewer(StoreError):  # noqa: N818 - what it is, not that it is an error
    """A later release of the program wrote this database. It was not touched."""


class StoreReadOnly(StoreError):  # noqa: N818 - what it is, not that it is an error
    """The file or its folder may not be written."""


class StoreUnreachable(StoreError):  # noqa: N818 - what it is, not that it is an error
    """The database's server does not answer, refuses the log-in, or its driver is not installed."""


class DraftStoreError(StoreError):
    """The file of drafts cannot be read or written; the message says which file and why."""


class ImportProblem(StudyError):  # noqa: N818 - what it is, not that it is an error
    """A file that is to be imported cannot be taken in; the message names the line and the reason."""
