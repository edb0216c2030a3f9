from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from classifier import Model, ModelChanged, ModelError, ModelMissing, ModelTooNew, load
from classifier.bundle import names, open_bundle, resolve
from classifier.table import from_bytes, to_bytes


@pytest.fixture
def copy(models: Path, tmp_path: Path) -> Path:
    """Return a models folder that a test may spoil."""
    shutil.copytree(models, tmp_path / "models")
    return tmp_path / "models"


def folder(models: Path) -> Path:
    return models / names(models)[-1]


def edit_manifest(models: Path, **changes: object) -> None:
    path = folder(models) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_no_models_folder_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="watchword train --promote"):
        load(tmp_path / "none")


def test_models_but_no_pointer_says_what_to_run(copy: Path) -> None:
    (copy / "current").unlink()
    with pytest.raises(ModelMissing, match="watchword models promote"):
        load(copy)


def test_a_pointer_to_nothing_says_so(copy: Path) -> None:
    (copy / "current").write_text("2020-01-01T00-00-00Z-aaaaaa\n")
    with pytest.raises(ModelMissing, match="promote another"):
        load(copy)


@pytest.mark.parametrize("file", ["table.npz", "lexicon.json", "policy.toml"])
def test_a_changed_or_missing_file_is_refused(copy: Path, file: str) -> None:
    path = folder(copy) / file
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ModelChanged, match=file):
        load(copy)
    path.unlink()
    with pytest.raises(ModelChanged, match="restore the folder"):
        load(copy)


def test_verify_checks_files_that_serving_does_not_read(copy: Path) -> None:
    (folder(copy) / "pipeline.joblib").write_bytes(b"")
    bundle = open_bundle(copy)
    bundle.table()
    with pytest.raises(ModelChanged, match="pipeline"):
        bundle.verify()


def test_a_newer_format_says_upgrade(copy: Path) -> None:
    edit_manifest(copy, format=99)
    with pytest.raises(ModelTooNew, match="upgrade watchword"):
        load(copy)


def test_another_normaliser_says_train_again(copy: Path) -> None:
    edit_manifest(copy, normaliser="0")
    with pytest.raises(ModelError, match="watchword train"):
        load(copy)


def test_a_broken_manifest_is_refused(copy: Path) -> None:
    (folder(copy) / "manifest.json").write_text("{")
    with pytest.raises(ModelChanged, match="manifest"):
        load(copy)


def test_references(models: Path) -> None:
    name = names(models)[-1]
    for reference in (name, name[:12], name[-6:], str(models / name), None, "current"):
        assert resolve(models, reference).name == name
    with pytest.raises(ModelMissing, match="no model"):
        resolve(models, "1999")


def test_a_table_survives_its_bytes(model: Model) -> None:
    data = to_bytes(model.table)
    assert to_bytes(from_bytes(data)) == data


def test_a_table_of_other_bytes_is_refused() -> None:
    with pytest.raises(ModelChanged):
        from_bytes(b"not a table")
