"""Writing model folders; nothing half-written is ever seen."""

from __future__ import annotations

import hashlib
import io
import json
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib

from classifier.bundle import FORMAT, MANIFEST, Bundle
from classifier.canonical import NORMALISER_VERSION
from classifier.decide import Policy
from classifier.durable import locked, sync_folder, write_synced
from classifier.errors import ModelError
from classifier.table import to_bytes
from training.card import annex_card, write_card
from training.parity import check_parity
from training.plots import reliability_plot
from training.pointer import promote, rollback
from training.trainer import Trained

__all__ = ["Published", "promote", "publish", "publish_policy", "rollback", "write_version"]

LIBRARIES = ("scikit-learn", "numpy", "scipy", "joblib")
#: What a version keeps of its parent's manifest when only the policy is new.
INHERITED = ("libraries", "python", "processor", "training", "labels")
DRAFT = ".draft"


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


def publish(
    trained: Trained, models: Path, parent: str | None = None, labels: Sequence[Mapping[str, Any]] = ()
) -> Published:
    """Write a trained model as a new version.

    Parameters
    ----------
    trained
        What `training.trainer.train` gave.
    models
        The models folder; made if there is none.
    parent
        The version it derives from.
    labels
        The label files it learnt from, each with name, SHA-256 and rows, for the manifest.

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
    facts = {"parent": parent, "training": trained.provenance, "labels": list(labels)}
    return write_version(models, name, files, facts)


def publish_policy(parent: Bundle, models: Path, policy: Policy, calibration: Mapping[str, Any]) -> Published:
    """Write a new version with its parent's numbers, byte for byte, and a policy of its own.

    Parameters
    ----------
    parent
        The version whose table is kept.
    models
        The models folder.
    policy
        The new bands.
    calibration
        What they were set on, for the manifest and the card.
    """
    files = {name: parent.read(name) for name in parent.manifest["files"]}
    files["policy.toml"] = policy.to_toml().encode()
    name = version_name(files["table.npz"], files["policy.toml"])
    files["card.md"] = annex_card(files["card.md"].decode(), name, parent.name, policy, calibration).encode()
    inherited = {key: parent.manifest[key] for key in INHERITED if key in parent.manifest}
    return write_version(models, name, files, {**inherited, "parent": parent.name, "calibration": dict(calibration)})


def version_name(*parts: bytes) -> str:
    """Return a new version's name: the moment and the beginning of a digest of what makes it."""
    moment = datetime.now(tz=UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return f"{moment}-{hashlib.sha256(b''.join(parts)).hexdigest()[:6]}"


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
    with locked(models):
        for left in models.glob(f".*{DRAFT}"):
            shutil.rmtree(left)  # of a run that was killed: whoever writes holds the lock
        folder = models / name
        if folder.exists():
            msg = f"{folder} exists already; a version never changes"
            raise ModelError(msg)
        draft = models / f".{name}{DRAFT}"
        try:
            for file, data in {**files, MANIFEST: (json.dumps(manifest, indent=1) + "\n").encode()}.items():
                target = draft / file
                target.parent.mkdir(parents=True, exist_ok=True)
                write_synced(target, data)
            for part in [draft, *(p for p in draft.rglob("*") if p.is_dir())]:
                sync_folder(part)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        sync_folder(models)
    return Published(name, folder)
