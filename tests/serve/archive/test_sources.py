from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyarrow import fs

from classifier.errors import InputError
from serve.archive.sources import find_files
from tests.serve.archive.conftest import Run, contents, write

Rows = list[dict[str, Any]]
TREE = (
    "a.jsonl",
    "b/c.csv.gz",
    "b/d/e.parquet",
    "b/d/f.ndjson.zst",
    "b/.hidden.jsonl",
    "b/_x/g.jsonl",
    "b/notes.txt",
    "b/h[1].csv",
)
SERVER = "import sys; from moto.server import main; main(['-p', sys.argv[1], '-H', '127.0.0.1'])"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of files, which is also the current one."""
    for name in TREE:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("root", ["", "./", "{}/"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", ["a.jsonl"]),
        ("b", ["b/c.csv.gz", "b/d/e.parquet", "b/d/f.ndjson.zst", "b/h[1].csv"]),
        ("b/", ["b/c.csv.gz", "b/d/e.parquet", "b/d/f.ndjson.zst", "b/h[1].csv"]),
        ("b/*", ["b/.hidden.jsonl", "b/c.csv.gz", "b/h[1].csv"]),
        ("b/**", ["b/.hidden.jsonl", "b/_x/g.jsonl", "b/c.csv.gz", "b/d/e.parquet", "b/d/f.ndjson.zst", "b/h[1].csv"]),
        ("**/*.jsonl", ["a.jsonl", "b/.hidden.jsonl", "b/_x/g.jsonl"]),
        ("b/d/?.parquet", ["b/d/e.parquet"]),
        ("b/[cd]*.gz", ["b/c.csv.gz"]),
        ("b/h[1].csv", ["b/h[1].csv"]),
    ],
)
def test_files_folders_and_globs(tree: Path, root: str, name: str, expected: list[str]) -> None:
    files = find_files([root.format(tree) + name])
    assert [os.path.relpath(file.place, tree) for file in files] == expected
    assert [file.size for file in files] == [1] * len(files)


def test_a_file_that_is_named_twice_is_read_once(tree: Path) -> None:
    assert len(find_files(["a.jsonl", "./a.jsonl", str(tree / "a.jsonl"), "*.jsonl"])) == 1


@pytest.fixture(scope="module")
def s3() -> Iterator[fs.S3FileSystem]:
    """Start an S3 server with a bucket in a process of its own, and point this process's settings at it."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    settings = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        limit = time.monotonic() + 60
        while time.monotonic() < limit:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        system = fs.S3FileSystem(allow_bucket_creation=True, endpoint_override=f"http://127.0.0.1:{port}")
        system.create_dir("bucket")
        yield system
    server.terminate()
    server.wait()


def test_an_archive_on_s3_gives_the_same_as_on_this_machine(
    run: Run, posts: Rows, tmp_path: Path, s3: fs.S3FileSystem
) -> None:
    names = ("a.jsonl.gz", "b/c.parquet", "b/d.csv")
    for i, name in enumerate(names):
        data = write(tmp_path / name, posts[i * 30 :]).read_bytes()
        s3.create_dir("bucket/posts/b")
        with s3.open_output_stream(f"bucket/posts/{name}", compression=None) as out:
            out.write(data)
    assert [f.name for f in find_files(["s3://bucket/posts/**/*.csv"])] == ["s3://bucket/posts/b/d.csv"]
    made = run("s3://bucket/posts/", terms=1)
    assert made.scored == 210
    assert [source.name for source in made.inputs] == [f"s3://bucket/posts/{name}" for name in names]
    local = run(*(tmp_path / name for name in names), out=tmp_path / "local", terms=1)
    assert [s.sha256 for s in local.inputs] == [s.sha256 for s in made.inputs]
    before = contents(tmp_path / "out")
    run("s3://bucket/posts/", terms=1)
    assert contents(tmp_path / "out") == before
    with pytest.raises(InputError, match="does not exist"):
        find_files(["s3://bucket/none.jsonl"])
    with pytest.raises(InputError, match="holds no file of posts"):
        find_files(["s3://bucket/posts/*.jsonl"])
