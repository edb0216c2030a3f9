"""How the stages are compiled: without the GIL, and with the machine code of the one entry kept in a private folder.

numba keys a cached function by its own file only, so a change in a stage of another file would go unseen. The folder is
therefore named after a digest of all files of this package; numba itself adds its version, the CPU and its features.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import importlib.util
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numba import njit

F = TypeVar("F", bound=Callable[..., Any])
PACKAGE = Path(__file__).parent
#: Modules whose numbers are compiled in.
FROZEN = ("labels.py", "masks.py", "signs.py")


def inlined(function: F) -> F:
    """Compile a function into its callers.

    That is the rule here: a call hands over every array of the tables and the scratch, 2.5 kB, and takes longer than
    most stages. They only borrow arrays, so they are compiled without reference counting (``_nrt``), which took ten times
    as long as scoring.
    """
    # numba's stub leaves _nrt out
    return cast("F", njit(nogil=True, error_model="numpy", forceinline=True, _nrt=False)(function))  # type: ignore[call-overload]


def apart(function: F) -> F:
    """Compile a function that is seldom called, or once a batch, on its own."""
    # as above
    return cast("F", njit(nogil=True, error_model="numpy", _nrt=False)(function))  # type: ignore[call-overload]


def allocating(function: F) -> F:
    """Compile a function that makes arrays."""
    return cast("F", njit(nogil=True, error_model="numpy")(function))


@inlined
def whole(number: Any) -> int:  # noqa: ANN401 - any of numpy's integers
    """Return a number as a signed one: numba makes a float of a signed and an unsigned number together."""
    return np.int64(number)  # type: ignore[return-value]  # to numba the same


def default_cache() -> Path:
    """Return where compiled code is kept unless the caller says otherwise: the user's own cache folder."""
    base = os.environ.get("WATCHWORD_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "watchword"


def digest() -> str:
    """Return what the compiled code depends on besides numba and the CPU."""
    checked = numba.config.BOUNDSCHECK  # type: ignore[attr-defined]  # numba sets its settings when it is imported
    seen = hashlib.sha256(f"{numba.__version__} {checked}".encode())
    for path in [*sorted(PACKAGE.glob("*.py")), *(PACKAGE.parent / name for name in FROZEN)]:
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def cache_folder(base: Path | None = None) -> Path:
    """Return a folder of mode 0700 that only this user can have written, for numba's cache.

    A folder that cannot be written (a read-only image) is copied to a temporary one, so that what it holds is still
    used; where there is none at all the temporary one is empty and the code is compiled in this process. Cached code is
    unpickled, so a folder that others may write is never read.
    """
    folder = (base or default_cache()) / f"kernel-{digest()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        private = _private(folder)
    except OSError:
        private = False
    if private and os.access(folder, os.W_OK):
        return folder
    temporary = Path(tempfile.mkdtemp(prefix="watchword-kernel-"))
    atexit.register(shutil.rmtree, temporary, ignore_errors=True)
    if private:
        shutil.copytree(folder, temporary, dirs_exist_ok=True)
    return temporary


def _private(folder: Path) -> bool:
    """Tell whether nobody but this user (or root) can have written a folder."""
    status = folder.stat()
    mine = status.st_uid in {0, os.getuid()} if hasattr(os, "getuid") else True
    return mine and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def spare_scipy() -> None:
    """Keep numba from importing SciPy's linear algebra, a third of a second: it only looks whether it is there."""
    blas = "scipy.linalg.cython_blas"
    if blas in sys.modules or "numba.np.arraymath" in sys.modules:
        return
    sys.modules[blas] = None  # type: ignore[assignment]  # Python's way of saying that a module cannot be imported
    try:
        arraymath = importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[blas]
    arraymath._HAVE_BLAS = importlib.util.find_spec("scipy") is not None  # type: ignore[attr-defined]  # noqa: SLF001 - for whoever else uses numba


def keep_compiled(entries: Iterable[Callable[..., Any]], base: Path | None = None) -> None:
    """Keep the machine code of entries on disk; call it before they are first compiled.

    Parameters
    ----------
    entries
        Compiled functions.
    base
        The cache's parent folder; None is the user's.
    """
    spare_scipy()
    before = numba.config.CACHE_DIR  # type: ignore[attr-defined]  # numba sets its settings when it is imported
    numba.config.CACHE_DIR = str(cache_folder(base))  # type: ignore[attr-defined]
    try:
        for entry in entries:
            entry.enable_caching()  # type: ignore[attr-defined]  # numba's dispatcher has it
    finally:
        numba.config.CACHE_DIR = before  # type: ignore[attr-defined]
