"""The compiled scorer: its edges, its worst cases, its caches."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from classifier import Model
from classifier.compiled import MANY, CompiledScorer, buffers
from classifier.explain import explain
from classifier.kernel import codes
from classifier.kernel.building import dictionary
from classifier.kernel.compiler import cache_folder
from classifier.kernel.post import score_posts
from classifier.lexicon import Lexicon, Surface
from classifier.masks import ENTITY, GROUP
from classifier.normalise import Normaliser
from classifier.scoring import Scorer, sigmoid, windows

TOLERANCE = 1e-9
POST = "join our brothers at https://t.me/+abc tonight, they will pay for it"


@pytest.fixture(scope="module")
def compiled(model: Model) -> CompiledScorer:
    return CompiledScorer(model.table, model.normalise.lexicon)


def plain(model: Model, text: str) -> np.ndarray:
    return model.scorer.logits([t.text for t in model.normalise(text).tokens]).max(axis=0)


def agrees(model: Model, compiled: CompiledScorer, *texts: str) -> bool:
    expected = np.stack([plain(model, text) for text in texts])
    return bool(np.abs(compiled.logits(texts) - expected).max() < TOLERANCE)


def test_no_posts_and_empty_posts(model: Model, compiled: CompiledScorer) -> None:
    assert compiled.risks([]).shape == (0,)
    assert compiled.logits([]).shape == (0, codes.HEAD_COUNT)
    assert agrees(model, compiled, "", " ", "\u200b", "@", ".", "a")


@pytest.mark.parametrize("count", [1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 64, 65, 200])
def test_window_edges(model: Model, compiled: CompiledScorer, count: int) -> None:
    words = ("join our people animals and they will pay tonight " * 30).split()[:count]
    assert agrees(model, compiled, " ".join(words))


def test_every_plane(model: Model, compiled: CompiledScorer) -> None:
    steps = range(1, 0x110000, 997)
    texts = ["".join(chr(c) for c in range(s, min(s + 40, 0x110000)) if not 0xD800 <= c < 0xE000) for s in steps]
    mixed = [" a".join(text) + "b" for text in texts[::7]]
    assert agrees(model, compiled, *texts, *mixed)


def test_lone_surrogates_are_replaced(model: Model, compiled: CompiledScorer) -> None:
    texts = ["join \ud800 our\udfffranks", "\ud83d \ude00", "plain"]
    assert agrees(model, compiled, *texts)
    assert compiled.one(texts[0]) == compiled.risks(texts)[0]


def test_bytes_that_are_no_utf8_are_read_as_python_replaces_them(compiled: CompiledScorer) -> None:
    rng = np.random.default_rng(3)
    leads = np.array(
        [0x20, 0x61, 0x80, 0xBF, 0xC0, 0xC2, 0xD9, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0x9F, 0xA0, 0x90, 0x8F]
    )
    for _ in range(300):
        raw = [rng.choice(leads, rng.integers(0, 24)).astype(np.uint8).tobytes() for _ in range(8)]
        offsets = np.cumsum([0, *map(len, raw)])
        found = compiled.explain_arrow(np.frombuffer(b"".join(raw), dtype=np.uint8), offsets, 8)
        expected = compiled.explain([r.decode(errors="replace") for r in raw], 8)
        assert np.array_equal(found.logits, expected.logits)
        assert np.array_equal(found.facts, expected.facts)
        assert np.array_equal(found.terms, expected.terms)


def test_it_is_compiled_once_however_the_text_comes(compiled: CompiledScorer) -> None:
    data, offsets = buffers([POST])
    compiled.risks_arrow(data.copy(), offsets.astype(np.int32))
    compiled.risks_arrow(np.repeat(data, 2)[::2], offsets)
    compiled.explain([POST, "ہم"], 3)
    compiled.one(POST)
    assert len(score_posts.signatures) == 1


def test_arrow_slices_of_both_widths(compiled: CompiledScorer) -> None:
    texts = [POST, "", "a b c", "ہم آج", POST * 5]
    for kind, width in ((pa.string(), np.int32), (pa.large_string(), np.int64)):
        array = pa.array(texts, kind).slice(1, 3)
        _, offsets, data = array.buffers()
        places = np.frombuffer(offsets, dtype=width)[1:5]
        assert np.array_equal(compiled.risks_arrow(np.frombuffer(data, np.uint8), places), compiled.risks(texts[1:4]))


@pytest.mark.parametrize("offsets", [[], [0, 5], [3, 1], [-1, 2], [0, 3, 1, 4]])
def test_offsets_outside_the_data_are_refused(compiled: CompiledScorer, offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="offsets"):
        compiled.risks_arrow(np.zeros(4, dtype=np.uint8), np.array(offsets, dtype=np.int64))


def test_all_ways_give_the_same_bits(compiled: CompiledScorer) -> None:
    texts = [POST, POST.upper(), "k i l l them", "s0 1337 sh1t 14/88", "ہم ان کو نہیں چھوڑیں گے " * 20]
    risks = compiled.risks(texts)
    assert [compiled.one(text) for text in texts] == risks.tolist()
    logits = compiled.logits(texts)
    assert np.array_equal(logits, compiled.explain(texts, 5).logits)
    assert np.array_equal(sigmoid(logits[:, : codes.GROUND_COUNT].max(axis=1)), risks)


def test_names_and_code_words(model: Model) -> None:
    lexicon = Lexicon(
        surfaces=(
            Surface(("red", "hand"), ENTITY, ("UN",)),
            Surface(("red", "hand", "of", "the", "old", "mill"), ENTITY),
            Surface(("mill",), GROUP, (), ambiguous=True),
            Surface(("red", "hand"), GROUP),
            Surface(("brigade", "\ue007"), ENTITY),
        ),
        spared=frozenset({("14", "88"), ("88",), ("h8", "x1y"), ("x1y",), ("14", "words", "88", "now")}),
    )
    normalise, scorer = Normaliser(lexicon), Scorer(model.table)
    compiled = CompiledScorer(model.table, lexicon)
    texts = [
        "the red hand of the old mill burns",
        "the red hand of the old town mill",
        "mill",
        "the mill and the red hand",
        "brigade 55 and brigade h",
        "14 88 188 88 14 words 88 14 words 88 now 14",
        "h8 x1y h8 z1y x1y 1488 a1b",
        "red " * 500 + "hand",
    ]
    for text in texts:
        tokens = normalise(text)
        expected = scorer.logits([t.text for t in tokens.tokens]).max(axis=0)
        assert np.abs(compiled.logits([text])[0] - expected).max() < TOLERANCE
        found = [tuple(row[:3]) for row in compiled.explain([text], 3).mentions.tolist()]
        kinds = {"entity": 0, "group": 1, "number": 7}
        assert found == [(kinds[m.kind], m.start, m.end) for m in tokens.mentions]


def test_explanations_are_those_of_the_plain_path(model: Model, compiled: CompiledScorer) -> None:
    texts = [
        POST,
        "My neighbours are kind and their kids play with mine 🇵🇰",
        POST * 6,
        "@user look at this www.x.org/a.pdf",
        "",
    ]
    found = compiled.explain(texts, 5)
    for post, text in enumerate(texts):
        tokens = model.normalise(text).tokens
        logits = model.scorer.logits([t.text for t in tokens])[:, : codes.GROUND_COUNT]
        best, head = (int(i) for i in np.unravel_index(int(np.argmax(logits)), logits.shape))
        start, end = windows(len(tokens), model.table.window)[best]
        expected = explain(model.scorer, text, tokens[start:end], head, 5)
        shown = int(found.facts[post, codes.TERM_COUNT])
        assert shown == len(expected.terms)
        places = found.terms[post, : 2 * shown].reshape(-1, 2).tolist()
        assert places == [[t.start, t.end] for t in expected.terms]
        assert np.allclose(found.weights[post, :shown], [t.weight for t in expected.terms], rtol=0, atol=TOLERANCE)
        assert abs(found.rest[post] - expected.rest) < TOLERANCE
        assert found.coverage[post] == model.language.coverage(tokens)
        language = int(found.facts[post, codes.LANGUAGE])
        assert (model.table.languages[language] if language >= 0 else "und") == model.language.identify(tokens, text)
        assert found.facts[post, codes.WORD_COUNT] == sum(not t.is_mask for t in tokens)


def test_lists_grow_where_a_batch_has_more_mentions_than_expected(compiled: CompiledScorer) -> None:
    texts = ["@a " * 50, "x", "https://x.example " * 90, "y"]
    found = compiled.explain(texts, 2, severe=-np.inf)
    assert found.facts[:, codes.MENTION_END].tolist() == [50, 50, 140, 140]
    assert len(found.mentions) == 140
    assert len(found.cues) == found.facts[-1, codes.CUE_END]


NASTY = {
    "name": lambda n: "red " * (n // 4),
    "dots": lambda n: "a." * (n // 2),
    "ats": lambda n: "a@" * (n // 2),
    "handles": lambda n: "@" * n,
    "schemes": lambda n: "://" * (n // 3),
    "host": lambda n: "http://" + "a." * (n // 2),
    "one word": lambda n: "x" * n,
    "digits": lambda n: "1" * n,
    "leet": lambda n: "a1" * (n // 2),
    "marks": lambda n: "a" + "\u0301" * n,
    "look-alikes": lambda n: "а" * (n - 1) + "a",
    "long forms": lambda n: "\ufdfa" * n,
    "spaced": lambda n: "a " * (n // 2),
    "unknown": lambda n: "qzx vkj wqp zzk " * (n // 16),
    "emoji": lambda n: "🏴" * n,
}


@pytest.mark.parametrize("kind", NASTY)
def test_nasty_posts_score_as_the_plain_path_does(model: Model, compiled: CompiledScorer, kind: str) -> None:
    assert agrees(model, compiled, NASTY[kind](3_000))


def test_both_ways_of_encoding_agree() -> None:
    for texts in ([POST] * MANY, [POST, "ہم", "", "lone \ud800 half"] * MANY):
        many, few = buffers(texts), buffers(texts[:4])
        size = few[1][-1]
        assert many[0][:size].tobytes() == few[0].tobytes()
        assert np.array_equal(many[1][:5], few[1])


def test_no_run_of_full_slots_is_long(model: Model) -> None:
    for strings in (model.table.chars.terms, model.table.language_words, model.table.known):
        full = np.tile(dictionary(strings).slots != 0, 2)
        assert np.diff(np.flatnonzero(~full)).max() <= 64


def test_threads_share_a_scorer(compiled: CompiledScorer) -> None:
    texts = [POST, "ہم ان کو نہیں چھوڑیں گے", "k i l l", "a" * 3000, POST * 40] * 50
    expected = compiled.risks(texts)
    wrong: list[int] = []

    def work(shift: int) -> None:
        for _ in range(5):
            found = compiled.risks(texts[shift:] + texts[:shift])
            if not np.array_equal(found, np.roll(expected, -shift)):
                wrong.append(shift)

    threads = [threading.Thread(target=work, args=(shift,)) for shift in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_scratch_of_a_huge_post_is_not_kept(compiled: CompiledScorer) -> None:
    compiled.risks(["word " * 100_000])
    kept = compiled._scratch.kept  # noqa: SLF001 - what a thread holds is what is tested
    assert kept[0] <= 1 << 14


def test_the_cache_is_private(tmp_path: Path) -> None:
    folder = cache_folder(tmp_path / "cache")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.parent == tmp_path / "cache"


def test_a_cache_that_others_may_write_is_not_used(tmp_path: Path) -> None:
    folder = cache_folder(tmp_path)
    folder.chmod(0o777)
    (folder / "planted").touch()
    other = cache_folder(tmp_path)
    assert other != folder
    assert not (other / "planted").exists()


def test_no_cache_folder_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert cache_folder(tmp_path / "file").is_dir()


CHECKED = """
import sys
import numpy as np
from classifier import load
from classifier.compiled import CompiledScorer
from tests.classifier.test_compiled import NASTY, POST

model = load(sys.argv[1])
compiled = CompiledScorer(model.table, model.normalise.lexicon)
rng = np.random.default_rng(11)
texts = [make(2000) for make in NASTY.values()] + [POST, POST * 20, "", "k i l l 14/88 sh1t", "\U0001f1f5\U0001f1f0 x"]
pools = [[0x20, 0x110000], [0x20, 0x7F], [0x600, 0x700], [0x20, 0x250], [0x1F000, 0x1FAFF]]
for low, high in pools * 60:
    points = rng.integers(low, high, 80)
    texts.append("".join(chr(c) if c % 7 and not 0xD800 <= c < 0xE000 else " " for c in points.tolist()))
raw = [bytes(rng.integers(0, 256, 50, dtype=np.uint8)) for _ in range(300)]
compiled.risks(texts)
compiled.explain(texts, 5, -np.inf)
compiled.explain_arrow(np.frombuffer(b"".join(raw), np.uint8), np.arange(0, 50 * 301, 50), 5, -np.inf)
print("within bounds")
"""


def test_nothing_is_read_or_written_out_of_bounds(models: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "WATCHWORD_CACHE": str(tmp_path), "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", CHECKED, str(models)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "within bounds" in done.stdout
