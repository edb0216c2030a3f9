from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from classifier import InputError, load
from classifier.bundle import names, open_bundle
from tests.classifier.commands.test_score import watchword
from tests.training.files import record, sample, write_jsonl
from training.commands.calibrate import check_options
from training.publish import write_version
from training.seeds import Seeds


@pytest.fixture
def copy(models: Path, tmp_path: Path) -> Path:
    """Return a models folder that a test may add to."""
    return Path(shutil.copytree(models, tmp_path / "models"))


@pytest.fixture
def labels(seeds: Seeds, tmp_path: Path) -> Path:
    """Return a file of 300 labelled posts."""
    return write_jsonl(tmp_path / "labels.jsonl", (record(p, i) for i, p in enumerate(sample(seeds, 300))))


def test_traffic_gives_a_new_version_in_use_with_its_promise(copy: Path, labels: Path) -> None:
    before = load(copy)
    done = watchword("calibrate", "--traffic", str(labels), "--flag-rate", "0.05", "--models", str(copy), "--promote")
    assert done.returncode == 0, done.stderr
    after = load(copy)
    assert after.name != before.name
    assert after.policy.basis == "traffic"
    assert "at most 5 % is flagged" in after.policy.promise
    assert after.bundle.read("table.npz") == before.bundle.read("table.npz")
    texts = [json.loads(line)["text"] for line in labels.read_text().splitlines()]
    bands = [r.band for r in after.score(texts)]
    assert bands.count("flag") <= 0.05 * len(texts)
    assert bands.count("flag") + bands.count("review") <= 0.2 * len(texts)
    assert after.score(texts[:1])[0].basis == "traffic"


def test_labels_give_a_miss_rate(copy: Path, labels: Path) -> None:
    done = watchword("calibrate", "--labels", str(labels), "--max-miss", "0.1", "--models", str(copy))
    assert done.returncode == 0, done.stderr
    name = done.stdout.decode().strip().rsplit("/", 1)[-1]
    assert load(copy).name != name
    bundle = open_bundle(copy, name)
    assert bundle.policy().basis == "labels"
    assert bundle.manifest["calibration"]["file"] == "labels.jsonl"
    assert bundle.manifest["parent"] == load(copy).name


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (("--traffic", "x.jsonl", "--flag-rate", "0.1"), "x.jsonl does not exist"),
        (("--traffic", "{labels}", "--flag-rate", "0.001"), "at least 2995 are needed"),
        (("--labels", "{labels}", "--max-miss", "0.001"), "at least 999 are needed"),
        (
            ("--labels", "{labels}", "--max-miss", "0.1", "--min-precision", "0.999"),
            "99.9 % of the flags are right: at least 5297",
        ),
    ],
)
def test_what_cannot_be_promised_is_refused_and_nothing_published(
    copy: Path, labels: Path, args: tuple[str, ...], reason: str
) -> None:
    before = names(copy)
    done = watchword("calibrate", *(a.format(labels=labels) for a in args), "--models", str(copy))
    assert done.returncode == 1
    assert reason in done.stderr.decode()
    assert done.stderr.startswith(b"error: ")
    assert names(copy) == before


def test_bad_rows_of_the_traffic_are_named(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "1", "text": "secret"}\n{"text": "secret"}\n')
    done = watchword("calibrate", "--traffic", str(tmp_path / "x.jsonl"), "--flag-rate", "0.1", "--models", str(copy))
    assert b"row 2: `id` is missing" in done.stderr
    assert b"secret" not in done.stderr


def test_labels_that_the_model_learnt_from_promise_nothing(copy: Path, labels: Path) -> None:
    from training.labelled import file_facts

    bundle = open_bundle(copy)
    files = {name: bundle.read(name) for name in bundle.manifest["files"]}
    write_version(copy, "learnt", files, {"training": {}, "labels": [{**file_facts(labels), "rows": 300}]})
    done = watchword(
        "calibrate", "--labels", str(labels), "--max-miss", "0.1", "--model", "learnt", "--models", str(copy)
    )
    assert done.returncode == 1
    assert b"set labels aside that it has not seen" in done.stderr


@pytest.mark.parametrize(
    ("traffic", "labels", "rates", "reason"),
    [
        (None, None, {}, "give either --traffic"),
        ("x", "x", {}, "give either --traffic"),
        ("x", None, {}, "--traffic needs --flag-rate"),
        (None, "x", {}, "--labels needs --max-miss"),
        ("x", None, {"flag rate": 0.1, "max miss": 0.1}, "--max-miss does not go with --traffic"),
        (None, "x", {"max miss": 0.1, "review rate": 0.1}, "--review-rate does not go with --labels"),
        ("x", None, {"flag rate": 5.0}, "must lie between 0 and 1"),
        ("x", None, {"flag rate": 0.0}, "must lie between 0 and 1"),
        (None, "x", {"max miss": float("nan")}, "must lie between 0 and 1"),
        ("x", None, {"flag rate": 0.1, "review rate": 0.01}, "--review-rate counts flagged posts"),
    ],
)
def test_options_that_do_not_go_together_say_what_to_write(
    traffic: str | None, labels: str | None, rates: dict[str, float], reason: str
) -> None:
    given = dict.fromkeys(("flag rate", "review rate", "max miss", "min precision")) | rates
    with pytest.raises(InputError, match=reason):
        check_options(Path(traffic) if traffic else None, Path(labels) if labels else None, given)
