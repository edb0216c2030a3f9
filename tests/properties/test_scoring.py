"""What must hold for any text, with a trained model."""

from __future__ import annotations

import math
import unicodedata

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from classifier import Model
from classifier.canonical import alphabet
from classifier.masks import ENTITY, GROUP
from tests.texts import LATIN_POSTS, POSTS, any_text, lookalikes

TOLERANCE = 1e-6
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e"
BIDI = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c"
MARKS = "\u0300\u0301\u0308\u0327\u0336\u064b\u064e\u0650\u0651\u0652\u0670"


def insert(text: str, extra: str, data: st.DataObject) -> str:
    """Put characters of `extra` at random places."""
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(st.sampled_from(extra)) + text[place:]
    return text


@given(text=any_text())
def test_any_text_gets_a_whole_result(model: Model, text: str) -> None:
    (result,) = model.score([text], terms=3)
    assert 0 <= result.risk <= 1
    assert result.risk == model.risk([text])[0]
    assert abs(1 / (1 + math.exp(-result.logit)) - result.risk) < TOLERANCE
    total = result.bias + sum(t.weight for t in result.terms) + result.rest
    assert abs(total - result.logit) < TOLERANCE
    assert len(result.terms) <= 3
    for part in (*result.terms, *result.mentions):
        assert part.text == text[part.start : part.end]
        assert part.start < part.end
    start, end = result.window
    assert 0 <= start <= end <= len(text)
    assert result.risk == max(result.grounds.values())
    assert 0 <= result.coverage <= 1


@given(text=any_text())
def test_normalising_twice_changes_nothing(model: Model, text: str) -> None:
    once = model.normalise(text)
    assert model.normalise(once.text).text == once.text
    assert all(0 <= t.start < t.end <= len(text) for t in once.tokens)


@given(text=any_text())
def test_risk_is_the_highest_window_of_the_pipeline(model: Model, pipeline: object, text: str) -> None:
    from classifier.scoring import windows

    tokens = [t.text for t in model.normalise(text).tokens]
    parts = [" ".join(tokens[a:b]) for a, b in windows(len(tokens), model.table.window)]
    expected = pipeline.predict_proba(parts)[:, :2].max()  # type: ignore[attr-defined]
    assert abs(model.risk([text])[0] - expected) < TOLERANCE


@given(post=POSTS, data=st.data())
def test_another_name_with_the_same_mask_changes_nothing(model: Model, post: str, data: st.DataObject) -> None:
    normalise = model.normalise
    before, after = post.split("{}", 1)
    mask = data.draw(st.sampled_from([ENTITY, GROUP]))
    names = [" ".join(s.tokens) for s in normalise.lexicon.surfaces if s.mask == mask]
    one, other = data.draw(st.sampled_from(names)), data.draw(st.sampled_from(names))
    first, second = before + one + after, before + other + after
    assume([t.text for t in normalise(first).tokens] == [t.text for t in normalise(second).tokens])
    a, b = model.score([first, second], terms=0)
    assert a.risk == b.risk
    assert a.categories == b.categories
    assert a.urgency == b.urgency


def test_nearly_all_names_give_the_same_mask_sequence(model: Model) -> None:
    for mask in (ENTITY, GROUP):
        names = [" ".join(s.tokens) for s in model.normalise.lexicon.surfaces if s.mask == mask]
        masked = [[t.text for t in model.normalise(f"xqz {name} zqx").tokens] == ["xqz", mask, "zqx"] for name in names]
        assert np.mean(masked) > 0.99


@given(post=LATIN_POSTS, data=st.data())
def test_case_and_compatibility_forms_change_nothing(model: Model, post: str, data: st.DataObject) -> None:
    disguised = data.draw(
        st.sampled_from(
            [
                post.upper(),
                post.title(),
                post.swapcase(),
                *(unicodedata.normalize(form, post) for form in ("NFC", "NFD", "NFKC", "NFKD")),
                "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in post),
                "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "z" else c for c in post),
            ]
        )
    )
    assert model.risk([disguised])[0] == model.risk([post])[0]


@given(post=POSTS, data=st.data())
def test_invisible_characters_and_marks_change_nothing(model: Model, post: str, data: st.DataObject) -> None:
    plain = post.replace("{}", "")
    extra = data.draw(st.sampled_from([ZERO_WIDTH, BIDI, MARKS, "ـ"]))
    assert model.risk([insert(plain, extra, data)])[0] == model.risk([plain])[0]


@given(post=LATIN_POSTS, data=st.data())
def test_lookalike_letters_change_nothing_where_a_real_one_stays(model: Model, post: str, data: st.DataObject) -> None:
    words = post.split(" ")
    place = data.draw(st.sampled_from([i for i, w in enumerate(words) if len(w) > 1 and w.isascii() and w.isalpha()]))
    word = list(words[place])
    kept = data.draw(st.integers(0, len(word) - 1))
    for i, letter in enumerate(word):
        sources = lookalikes().get(letter.lower())
        if i != kept and sources and data.draw(st.booleans()):
            word[i] = data.draw(st.sampled_from(sources))
    words[place] = "".join(word)
    assert model.risk([" ".join(words)])[0] == model.risk([post])[0]


def test_every_lookalike_folds_to_its_letter() -> None:
    missing = [
        (hex(ord(source)), letter)
        for letter, sources in lookalikes().items()
        for source in sources
        if alphabet().latin.get(source) != letter and alphabet().canonical.get(source) != letter
    ]
    assert not missing


@given(text=st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويےپچڈٹ ", min_size=1, max_size=60))
def test_arabic_script_is_never_folded_into_latin(model: Model, text: str) -> None:
    assert not any(c.isascii() and c.isalpha() for c in model.normalise(text).text)


@given(post=POSTS, data=st.data())
def test_order_of_posts_and_batches_do_not_matter(model: Model, post: str, data: st.DataObject) -> None:
    others = data.draw(st.lists(any_text(), max_size=4))
    assert model.risk([*others, post])[-1] == model.risk([post])[0]
