"""The compiled scorer says of any text what the plain path says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import Model
from classifier.compiled import CompiledScorer
from classifier.kernel import codes
from classifier.masks import MASKS, NAME_OF
from classifier.scoring import windows
from classifier.urgency import find_cues
from tests.texts import any_text

TOLERANCE = 1e-9


@pytest.fixture(scope="module")
def compiled(model: Model) -> CompiledScorer:
    return CompiledScorer(model.table, model.normalise.lexicon)


@given(texts=st.lists(any_text(), min_size=1, max_size=5))
def test_logits_are_the_plain_paths(model: Model, compiled: CompiledScorer, texts: list[str]) -> None:
    tokens = [[t.text for t in model.normalise(text).tokens] for text in texts]
    expected = np.stack([model.scorer.logits(t).max(axis=0) for t in tokens])
    assert np.abs(compiled.logits(texts) - expected).max() < TOLERANCE


@given(text=any_text())
def test_tokens_are_the_plain_paths(model: Model, compiled: CompiledScorer, text: str) -> None:
    expected = [(t.text, t.start, t.end) for t in model.normalise(text).tokens]
    assert compiled.tokens(text) == expected


@given(text=any_text())
def test_reports_are_the_plain_paths(model: Model, compiled: CompiledScorer, text: str) -> None:
    found = compiled.explain([text], 4, severe=-np.inf)
    canonical = model.normalise(text)
    mentions = [(NAME_OF[MASKS[mask]].lower(), start, end) for mask, start, end, _ in found.mentions.tolist()]
    assert mentions == [(m.kind, m.start, m.end) for m in canonical.mentions]
    cues = list(dict.fromkeys(compiled.cues[i] for i in found.cues.ravel().tolist()))
    assert cues == find_cues(model.normalise.lexicon, canonical.tokens)
    language = int(found.facts[0, codes.LANGUAGE])
    assert (model.table.languages[language] if language >= 0 else "und") == model.language.identify(
        canonical.tokens, text
    )
    assert found.coverage[0] == model.language.coverage(canonical.tokens)


@given(text=st.text(alphabet="aB_(){};=<>/\"':@#.,& \n\té", max_size=40))
def test_code_is_told_as_the_plain_path_tells_it(model: Model, compiled: CompiledScorer, text: str) -> None:
    language = int(compiled.explain([text], 0).facts[0, codes.LANGUAGE])
    told = model.language.identify(model.normalise(text).tokens, text)
    assert (model.table.languages[language] if language >= 0 else "und") == told


@given(text=any_text())
def test_explanations_add_up(model: Model, compiled: CompiledScorer, text: str) -> None:
    found = compiled.explain([text], 3)
    head = int(found.facts[0, codes.BEST_HEAD])
    shown = int(found.facts[0, codes.TERM_COUNT])
    total = model.table.bias[head] + found.weights[0, :shown].sum() + found.rest[0]
    assert abs(total - found.logits[0, head]) < TOLERANCE
    assert found.logits[0, head] == found.logits[0, : codes.GROUND_COUNT].max()
    tokens = model.normalise(text).tokens
    spans = [(tokens[a].start, tokens[b - 1].end) if b else (0, 0) for a, b in windows(len(tokens), model.table.window)]
    start, end = found.facts[0, [codes.WINDOW_START, codes.WINDOW_END]].tolist()
    assert (start, end) == (0, len(text)) if len(spans) == 1 else (start, end) in spans


@given(raw=st.lists(st.binary(max_size=40), min_size=1, max_size=6))
def test_any_bytes_are_read_as_python_replaces_them(compiled: CompiledScorer, raw: list[bytes]) -> None:
    data = np.frombuffer(b"".join(raw), dtype=np.uint8)
    found = compiled.risks_arrow(data, np.cumsum([0, *map(len, raw)]))
    assert np.array_equal(found, compiled.risks([r.decode(errors="replace") for r in raw]))


@given(text=any_text(), others=st.lists(any_text(), max_size=4))
def test_neighbours_do_not_matter(compiled: CompiledScorer, text: str, others: list[str]) -> None:
    assert compiled.risks([*others, text])[-1] == compiled.one(text)
