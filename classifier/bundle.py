"""Model folders: naming, opening and checking them, and the pointer to the current one.

A folder is one version and never changes. ``models/current`` is a text file with the name of the version in use. The
format carries a number, `FORMAT`: it is raised when an older release could no longer read what a newer one writes; a
release reads every format up to its own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from classifier.canonical import NORMALISER_VERSION
from classifier.decide import Policy
from classifier.errors import ModelChanged, ModelError, ModelMissing, ModelTooNew
from classifier.lexicon import Lexicon
from classifier.table import Table, from_bytes

FORMAT = 1
POINTER = "current"
MANIFEST = "manifest.json"
#: One JSON object a line: every move of the pointer, and whether it went against the gate.
PROMOTIONS = "promotions.jsonl"
SERVING_FILES = ("table.npz", "lexicon.json", "policy.toml")


@dataclass(frozen=True)
class Bundle:
    """One model folder, opened.

    Attributes
    ----------
    name
        The version.
    path
        The folder.
    manifest
        Its ``manifest.json``.
    """

    name: str
    path: Path
    manifest: dict[str, Any]

    def read(self, name: str) -> bytes:
        """Return the bytes of one file after checking them against the manifest.

        The file is read once: the bytes that were hashed are the bytes that are used.

        Raises
        ------
        ModelChanged
            If the file is missing or is not the one that was published.
        """
        expected = self.manifest["files"].get(name)
        try:
            data = (self.path / name).read_bytes()
        except OSError as error:
            msg = f"{self.path / name} cannot be read; restore the folder, or run `watchword models list` for another"
            raise ModelChanged(msg) from error
        if expected is None or hashlib.sha256(data).hexdigest() != expected:
            msg = f"{self.path / name} is not the file its manifest names; restore the folder or train a new model"
            raise ModelChanged(msg)
        return data

    @cached_property
    def forced(self) -> bool:
        """Whether the version was last promoted against the gate; its manifest cannot say so, because it never changes."""
        moves = [move for move in promotions(self.path.parent) if move["version"] == self.name]
        return bool(moves and moves[-1].get("forced"))

    def table(self) -> Table:
        """Return the model's numbers."""
        return from_bytes(self.read("table.npz"))

    def lexicon(self) -> Lexicon:
        """Return the model's names, code words and cues."""
        return Lexicon.from_json(self.read("lexicon.json").decode())

    def policy(self) -> Policy:
        """Return the model's bands."""
        return Policy.from_toml(self.read("policy.toml").decode())

    def verify(self) -> None:
        """Check every file of the manifest.

        Raises
        ------
        ModelChanged
            At the first that differs.
        """
        for name in self.manifest["files"]:
            self.read(name)


def names(models: Path) -> list[str]:
    """Return the versions in a models folder, oldest first."""
    if not models.is_dir():
        return []
    return sorted(p.parent.name for p in models.glob(f"*/{MANIFEST}") if not p.parent.name.startswith("."))


def current(models: Path) -> str:
    """Return the name of the version in use.

    Raises
    ------
    ModelMissing
        If no version is pointed at.
    """
    try:
        name = (models / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        name = ""
    if not name:
        kept = ", ".join(names(models)[-3:])
        hint = f"choose one with `watchword models promote REF` ({kept})" if kept else "run `watchword train --promote`"
        msg = f"no model is in use in {models}; {hint}"
        raise ModelMissing(msg)
    return name


def promotions(models: Path) -> list[dict[str, Any]]:
    """Return every move of the pointer, oldest first; a line that a crash cut short is passed over."""
    try:
        lines = (models / PROMOTIONS).read_bytes().splitlines()
    except OSError:
        return []
    moves = []
    for line in lines:
        try:
            move = json.loads(line)
        except ValueError:
            continue
        if isinstance(move, dict) and isinstance(move.get("version"), str):
            moves.append(move)
    return moves


def resolve(models: Path, reference: str | None = None) -> Path:
    """Return the folder that a reference names.

    Parameters
    ----------
    models
        The models folder.
    reference
        A version, its beginning or its digest at the end, a path to a model folder, or None for the one in use.

    Raises
    ------
    ModelMissing
        If it names none, or more than one.
    """
    if reference is None or reference == POINTER:
        folder = models / current(models)
        if not (folder / MANIFEST).is_file():
            msg = (
                f"the model in use, {folder.name}, is not in {models}; run `watchword models list` and promote another"
            )
            raise ModelMissing(msg)
        return folder
    if (Path(reference) / MANIFEST).is_file():
        return Path(reference)
    found = [n for n in names(models) if n == reference] or [
        n for n in names(models) if n.startswith(reference) or n.endswith(f"-{reference}")
    ]
    if len(found) != 1:
        what = "no model" if not found else f"{len(found)} models"
        msg = f"{what} in {models} match {reference!r}; run `watchword models list`"
        raise ModelMissing(msg)
    return models / found[0]


def open_bundle(models: Path, reference: str | None = None) -> Bundle:
    """Open a model folder and check that this release can read it.

    Raises
    ------
    ModelMissing, ModelChanged, ModelTooNew
        With what to do about it.
    """
    path = resolve(models, reference)
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        written, normaliser = int(manifest["format"]), str(manifest["normaliser"])
        files = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"{path / MANIFEST} cannot be read; restore the folder or run `watchword train`"
        raise ModelChanged(msg) from error
    if written > FORMAT:
        msg = f"{path.name} has format {written}, this release reads up to {FORMAT}; upgrade watchword"
        raise ModelTooNew(msg)
    if normaliser != NORMALISER_VERSION:
        msg = (
            f"{path.name} was trained with normaliser {normaliser}, this release has {NORMALISER_VERSION}; "
            "train it again with `watchword train`"
        )
        raise ModelError(msg)
    missing = [name for name in SERVING_FILES if name not in files]
    if missing:
        msg = f"{path / MANIFEST} names no {missing[0]}; restore the folder or run `watchword train`"
        raise ModelChanged(msg)
    return Bundle(path.name, path, manifest)
