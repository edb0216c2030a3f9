from __future__ import annotations

import stat
from pathlib import Path

import pytest

from classifier import MirrorError
from classifier.mirrors import create_key, read_key


def test_a_key_is_written_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    key = create_key(tmp_path / "own.key")
    assert stat.S_IMODE((tmp_path / "own.key").stat().st_mode) == 0o600
    assert read_key(tmp_path / "own.key") == key
    assert key.secret.hex() not in repr(key)
    assert key.name not in key.secret.hex()


def test_two_keys_differ(tmp_path: Path) -> None:
    assert create_key(tmp_path / "a").secret != create_key(tmp_path / "b").secret


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    create_key(tmp_path / "own.key")
    with pytest.raises(MirrorError, match="cannot be written"):
        create_key(tmp_path / "own.key")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    create_key(tmp_path / "own.key")
    (tmp_path / "own.key").chmod(0o640)
    with pytest.raises(MirrorError, match="chmod 600"):
        read_key(tmp_path / "own.key")


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 31, "é"])
def test_what_is_no_key_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "own.key").write_text(content, encoding="utf-8")
    (tmp_path / "own.key").chmod(0o600)
    with pytest.raises(MirrorError, match="key"):
        read_key(tmp_path / "own.key")


def test_a_missing_key_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(MirrorError, match="mirrors build"):
        read_key(tmp_path / "none")
