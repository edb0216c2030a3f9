"""The parts of the benchmarks that need no model."""

from __future__ import annotations

import dataclasses
import importlib
from itertools import islice
from pathlib import Path
from types import ModuleType

import pytest

from classifier.errors import PostError
from classifier.reader import Reader
from training.labelled import Labelled, make_labelled, read_all
from training.seeds import Seeds, default_seeds
from training.teacher import read_teacher

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


@pytest.fixture
def benchmark(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module(request.param)


@pytest.fixture(scope="session")
def few(seeds: Seeds) -> Seeds:
    """Return a few families and frames of each language."""
    kept: dict[tuple[str, bool, bool], list[object]] = {}
    for family in seeds.families:
        kept.setdefault((family.lang, family.frame, family.kind is None), []).append(family)
    return dataclasses.replace(seeds, families=tuple(f for families in kept.values() for f in families[:2]))


@pytest.mark.parametrize("benchmark", ["many_labels"], indirect=True)
def test_made_up_labels_are_distinct_and_can_be_learnt_from(
    benchmark: ModuleType, few: Seeds, read: Reader, tmp_path: Path
) -> None:
    rows = list(islice(benchmark.labelled_posts(few, read), 1000))
    posts = [make_labelled(row, number) for number, row in enumerate(rows)]
    assert not [post for post in posts if isinstance(post, PostError)]
    assert len({row["text"] for row in rows}) == len({row["id"] for row in rows}) == len(rows)
    assert {row["lang"] for row in rows} == {"en", "ur", "ur-Latn", "ar", "ps"}
    assert 0.2 < sum(row["label"] for row in rows) / len(rows) < 0.8
    words = benchmark.write(tmp_path / "labels.jsonl", iter(rows), 10)
    assert 3 < words < 60
    with (tmp_path / "labels.jsonl").open("rb") as stdin:
        assert len(read_all(tmp_path / "labels.jsonl", stdin)) == 10


@pytest.mark.parametrize("benchmark", ["many_labels"], indirect=True)
def test_the_page_of_many_labels_gives_time_memory_and_steps(benchmark: ModuleType) -> None:
    run = benchmark.Run(1000, 998, 90.0, 120.0, 3 * 2**30, 24_000_000, 90_000, {"read labels": 1.0, "fit": 89.0})
    page = "\n".join(benchmark.page([run], 14.3))
    assert "| 1,000 | 998 | 1.5 min | 2.0 min | 3.00 GiB | 90,000 | 24 MB |" in page
    assert "| 1,000 | 1 | 89 |" in page


@pytest.mark.parametrize("benchmark", ["corpus_coverage"], indirect=True)
def test_coverage_is_counted_and_no_post_is_shown(benchmark: ModuleType, few: Seeds, read: Reader) -> None:
    corpora = benchmark.read_corpus(few, read_teacher(default_seeds()), read)
    for corpus in corpora.values():
        assert corpus.own & corpus.seen
        assert (corpus.families, corpus.frames) == (4, 4)
    text = "Qwyzzle zzyxqu vmork we go to the market"
    post = Labelled("1", text, harmful=False, categories=frozenset(), kind=None, lang="en", group=None)
    page = "\n".join(benchmark.page(few, corpora, read, {"exam": [post]}))
    assert "| exam | 1 |" in page
    assert "qwyzzle" not in page.casefold()


@pytest.mark.parametrize("benchmark", ["corpus_coverage"], indirect=True)
def test_shares_and_repetition(benchmark: ModuleType, read: Reader) -> None:
    assert benchmark.share(["a", "b", "b", "c"], {"b"}) == 0.5
    assert benchmark.share([], {"b"}) == 1.0
    long = "they will all go to the old market in the morning"
    posts = [
        (long, "one"),
        (long, "one"),
        (long + "s", "two"),
        ("we go", "one"),
        ("we go", "two"),
        ("ten words", "one"),
    ]
    assert benchmark.repeated(posts) == (1, 3)
    assert benchmark.frequent("ps", 1000, read) is None
    top = benchmark.frequent("en", 1000, read)
    assert 800 < len(top) <= 1000
