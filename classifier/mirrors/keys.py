"""Keys of mirror indexes: one for each partner an index is shared with."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifier.errors import MirrorError

SIZE = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes, from which the keys of all hashes are derived."""

    secret: bytes

    @property
    def name(self) -> str:
        """What tells this key from another, and nothing more."""
        return self._derive(b"name", 8).hex()

    def part(self, purpose: bytes) -> NDArray[np.uint64]:
        """Return the two numbers of a SipHash key for one purpose."""
        numbers = np.frombuffer(self._derive(purpose, 16), dtype="<u8").astype(np.uint64)
        numbers.flags.writeable = False
        return numbers

    def pseudonym(self, name: str) -> str:
        """Return a name's stand-in: the same under this key always, and no way back without it."""
        return blake2b(name.encode(), key=self.secret, person=b"pseudonym", digest_size=8).hexdigest()

    def _derive(self, purpose: bytes, size: int) -> bytes:
        return blake2b(key=self.secret, person=purpose, digest_size=size).digest()

    def __repr__(self) -> str:
        return f"Key({self.name})"


#: For what never leaves the process.
OPEN = Key(bytes(SIZE))


def create_key(path: Path) -> Key:
    """Write a new key to a file that only its owner may read.

    Raises
    ------
    MirrorError
        If the file exists or cannot be written.
    """
    key = Key(secrets.token_bytes(SIZE))
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        msg = f"the key {path} cannot be written: {error.strerror}"
        raise MirrorError(msg) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(key.secret.hex() + "\n")
        out.flush()
        os.fsync(out.fileno())
    return key


def read_key(path: Path) -> Key:
    """Read a key.

    Raises
    ------
    MirrorError
        If there is none, if others may read it, or if it is no key.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        msg = f"there is no key {path}; `watchword mirrors build --key {path}` makes one"
        raise MirrorError(msg) from error
    except (OSError, UnicodeDecodeError) as error:
        msg = f"the key {path} cannot be read: {type(error).__name__}"
        raise MirrorError(msg) from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        msg = f"others may read the key {path}; say `chmod 600 {path}`, or make a new one"
        raise MirrorError(msg)
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != SIZE:
        msg = f"{path} is no key: it must hold {2 * SIZE} hexadecimal digits"
        raise MirrorError(msg)
    return Key(secret)
