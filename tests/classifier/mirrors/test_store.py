from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from classifier import MirrorError, MirrorTooNew, Post
from classifier.mirrors import Builder, Key, MirrorIndex, load, save
from classifier.mirrors.store import withdraw
from tests.classifier.mirrors.texts import CONFIRMED

POSTS = [Post(str(i), text + " indeed") for i, text in enumerate(CONFIRMED)]


@pytest.fixture
def folder(index: MirrorIndex, tmp_path: Path) -> Path:
    save(index, tmp_path / "index")
    return tmp_path / "index"


def test_what_is_saved_answers_the_same(index: MirrorIndex, folder: Path, key: Key) -> None:
    assert load(folder, key).match(POSTS) == index.match(POSTS)


def test_everything_is_plain_arrays_and_no_text_is_kept_unasked(index: MirrorIndex, key: Key, tmp_path: Path) -> None:
    bare = Builder(key, index.background).build([Post("a", CONFIRMED[0])])
    save(bare, tmp_path / "index")
    files = [p for p in (tmp_path / "index").rglob("*") if p.is_file()]
    assert {p.suffix for p in files} == {".json", ".npy"}
    for path in files:
        data = path.read_bytes()
        assert b"brindle" not in data.lower()
        assert key.secret not in data
        assert key.secret.hex().encode() not in data
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)


def test_the_manifest_says_how_it_was_made(folder: Path, key: Key) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"format", "normaliser", "algorithm", "bands", "rows", "seed", "threshold", "least_bits"} <= set(manifest)
    assert (manifest["key"], manifest["entries"], manifest["holds_text"]) == (key.name, len(CONFIRMED), True)


def test_saving_again_replaces_the_arrays(index: MirrorIndex, folder: Path, key: Key) -> None:
    save(index.withdraw(["c0"]), folder)
    assert len(load(folder, key)) == len(CONFIRMED) - 1
    assert len([p for p in folder.iterdir() if p.is_dir()]) == 1


def test_what_the_owner_keeps_beside_the_arrays_stays(index: MirrorIndex, folder: Path) -> None:
    (folder / "notes").mkdir()
    save(index, folder)
    assert (folder / "notes").is_dir()


def test_withdrawing_from_a_folder(folder: Path, key: Key) -> None:
    assert withdraw(folder, key, ["c1", "c2"]) == len(CONFIRMED) - 2
    assert "c1" not in load(folder, key).entries.ids


def test_a_folder_of_something_else_is_left_alone(index: MirrorIndex, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(MirrorError, match="no index"):
        save(index, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("field", "value", "error", "message"),
    [
        ("format", 99, MirrorTooNew, "newer"),
        ("normaliser", "0", MirrorError, "normaliser 0"),
        ("algorithm", "rensa.RMinHash 1", MirrorError, "build it again"),
        ("key", "0" * 16, MirrorError, "another key"),
        ("arrays", "gone", MirrorError, "damaged"),
        ("arrays", "../index", MirrorError, "damaged"),
        ("bands", 7, MirrorError, "damaged"),
        ("rows", 9, MirrorError, "damaged"),
        ("seed", None, MirrorError, "damaged"),
    ],
)
def test_an_index_of_another_kind_is_refused(
    folder: Path, key: Key, field: str, value: object, error: type[Exception], message: str
) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {field: value}))
    with pytest.raises(error, match=message):
        load(folder, key)


@pytest.mark.parametrize("content", ["", "[]", "{}", "\x00"])
def test_a_broken_manifest_is_refused(folder: Path, key: Key, content: str) -> None:
    (folder / "manifest.json").write_text(content)
    with pytest.raises(MirrorError, match="again"):
        load(folder, key)


def test_no_index_says_how_to_make_one(key: Key, tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="mirrors build"):
        load(tmp_path, key)


@pytest.mark.parametrize("name", ["grams", "places", "word_places", "rows", "keys", "ids_places", "learnt"])
@pytest.mark.parametrize("how", ["cut", "wrong", "pickle", "missing"])
def test_damaged_arrays_are_refused_before_anything_follows_them(folder: Path, key: Key, name: str, how: str) -> None:
    (path,) = folder.rglob(f"{name}.npy")
    array = np.load(path)
    if how == "cut":
        path.write_bytes(path.read_bytes()[:100])
    elif how == "missing":
        path.unlink()
    elif how == "pickle":
        np.save(path, np.array([{}], dtype=object), allow_pickle=True)
    elif name in {"keys", "grams", "learnt"}:
        np.save(path, array.astype(np.float64))
    else:
        array = array.copy()
        array.flat[array.size // 2] = np.iinfo(array.dtype).max
        np.save(path, array)
    with pytest.raises(MirrorError, match="damaged"):
        load(folder, key)
