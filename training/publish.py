"""Writing model folders and moving the pointer; nothing half-written is ever seen."""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from classifier.bundle import FORMAT, MANIFEST, POINTER, open_bundle
from classifier.canonical import NORMALISER_VERSION
from classifier.errors import ModelError
from classifier.table import to_bytes
from training.card import write_card
from training.parity import check_parity
from training.plots import reliability_plot
from training.trainer import Trained

LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")


@dataclass(frozen=True)
class Published:
    """A model folder that was written.

    Attributes
    ----------
    name
        The version.
    path
        The folder.
    """

    name: str
    path: Path


def publish(trained: Trained, models: Path, parent: str | None = None) -> Published:
    """Write a trained model as a new version.

    Parameters
    ----------
    trained
        What `training.trainer.train` gave.
    models
        The models folder; made if there is none.
    parent
        The version it derives from.

    Raises
    ------
    ModelError
        If the table does not score as the pipeline does.
    """
    check_parity(trained)
    pickled = io.BytesIO()
    joblib.dump(trained.pipeline, pickled, compress=3)
    files = {
        "pipeline.joblib": pickled.getvalue(),
        "table.npz": to_bytes(trained.table),
        "lexicon.json": trained.lexicon.to_json().encode(),
        "policy.toml": trained.policy.to_toml().encode(),
        "metrics.json": (json.dumps(trained.metrics, indent=1) + "\n").encode(),
        "plots/reliability.png": reliability_plot(trained.metrics["reliability"]),
    }
    name = version_name(files["table.npz"])
    files["card.md"] = write_card(name, trained).encode()
    return write_version(models, name, files, {"parent": parent, "training": trained.provenance})


def version_name(table: bytes) -> str:
    """Return a new version's name: the moment and the beginning of the table's digest."""
    moment = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return f"{moment}-{hashlib.sha256(table).hexdigest()[:6]}"


def write_version(models: Path, name: str, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> Published:
    """Write a model folder under a temporary name, then rename it.

    Parameters
    ----------
    models
        The models folder.
    name
        The version.
    files
        Contents by name, folders allowed.
    facts
        Further entries of the manifest.
    """
    manifest = {
        "name": name,
        "format": FORMAT,
        "normaliser": NORMALISER_VERSION,
        "created_at": datetime.now(tz=UTC).isoformat(timespec="seconds"),
        "files": {file: hashlib.sha256(data).hexdigest() for file, data in files.items()},
        "libraries": {library: version(library) for library in LIBRARIES},
        "python": platform.python_version(),
        "processor": platform.machine(),
        **facts,
    }
    models.mkdir(parents=True, exist_ok=True)
    folder = models / name
    if folder.exists():
        msg = f"{folder} exists already; a version never changes"
        raise ModelError(msg)
    draft = models / f".{name}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for file, data in {**files, MANIFEST: (json.dumps(manifest, indent=1) + "\n").encode()}.items():
            target = draft / file
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Published(name, folder)


def promote(models: Path, reference: str) -> str:
    """Point at a version after checking all its files; return its name."""
    bundle = open_bundle(models, reference)
    bundle.verify()
    pointer = models / POINTER
    draft = models / f".{POINTER}.draft"
    draft.write_text(bundle.name + "\n", encoding="utf-8")
    previous = pointer.read_text(encoding="utf-8") if pointer.exists() else ""
    draft.replace(pointer)
    if previous and previous.strip() != bundle.name:
        (models / "previous").write_text(previous, encoding="utf-8")
    return bundle.name


def rollback(models: Path) -> str:
    """Point at the version that was in use before; return its name.

    Raises
    ------
    ModelError
        If there was none.
    """
    try:
        previous = (models / "previous").read_text(encoding="utf-8").strip()
    except OSError:
        previous = ""
    if not previous:
        msg = f"no earlier model is noted in {models}; choose one with `watchword models promote REF`"
        raise ModelError(msg)
    return promote(models, previous)
