"""The one tree of errors that the packages raise on purpose.

::

    WatchwordError              anything a user can mend; its text says what to do
    ├── ModelError              a model folder cannot be used
    │   ├── ModelMissing        there is none, or the reference names none
    │   ├── ModelChanged        a file is not the one the manifest names
    │   └── ModelTooNew         written by a newer release
    ├── InputError              a file or stream of posts cannot be read at all
    │   └── PostError           one post of it is not a post; carries its row and the reason
    ├── SeedError               a seed file breaks a rule; carries file and line
    ├── TrainingError           the data cannot give a model
    ├── ArchiveError            a folder of scored posts cannot be written, gone on with or read
    ├── MirrorError             an index of mirrors, or its key, cannot be used
    │   └── MirrorTooNew        written by a newer release
    └── StoreError              the service's own store refuses (keys, decisions)

None of them ever holds the text of a post.
"""

from __future__ import annotations

from pathlib import Path


class WatchwordError(Exception):
    """Anything a user can mend; the message says how."""


class ModelError(WatchwordError):
    """A model folder cannot be used."""


class ModelMissing(ModelError):
    """There is no such model."""


class ModelChanged(ModelError):
    """A file of the model is not the one its manifest names."""


class ModelTooNew(ModelError):
    """The model was written by a newer release."""


class InputError(WatchwordError):
    """A file or stream of posts cannot be read at all."""


class PostError(InputError):
    """One post cannot be read.

    Parameters
    ----------
    row
        1-based line or row of the file.
    reason
        What is wrong, without the text of the post.
    """

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"row {row}: {reason}")
        self.row = row
        self.reason = reason


class SeedError(WatchwordError):
    """A seed file breaks a rule.

    Parameters
    ----------
    path
        The file.
    line
        1-based line, or 0 for the whole file.
    reason
        The rule and how to keep it.
    """

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class TrainingError(WatchwordError):
    """The data cannot give a model."""


class ArchiveError(WatchwordError):
    """A folder of scored posts cannot be written, gone on with or read."""


class MirrorError(WatchwordError):
    """An index of mirrors, or its key, cannot be used."""


class MirrorTooNew(MirrorError):
    """The index was written by a newer release."""


class StoreError(WatchwordError):
    """The service's own store refuses."""
