from __future__ import annotations

import io
from pathlib import Path

import pytest

from classifier import InputError
from training.label_file import WRITERS, write_labels
from training.labelled import Labelled, read_all

ALL = Labelled(
    id="a",
    text='a "quoted",\ncell',
    harmful=True,
    categories=frozenset({"threat", "incitement"}),
    kind=None,
    lang="en",
    group="g",
    cluster="c",
)
POSTS = [
    ALL,
    Labelled("b", "سلام", harmful=False, categories=frozenset(), kind="everyday", lang="ur", group=None),
    Labelled("c", "bare", harmful=True, categories=frozenset(), kind=None, lang="und", group=None),
]


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_gives_the_same_posts_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"labels{ending}"
    write_labels(path, POSTS)
    assert read_all(path, io.BytesIO()) == POSTS
    assert list(tmp_path.iterdir()) == [path]


def test_other_endings_and_missing_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.jsonl, \.csv, \.parquet"):
        write_labels(tmp_path / "labels.xlsx", POSTS)
    with pytest.raises(InputError, match="does its folder exist"):
        write_labels(tmp_path / "none" / "labels.csv", POSTS)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("classifier.durable.os.fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_labels(path, POSTS)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
