from __future__ import annotations

import numpy as np
import pytest

from classifier import Model, Post
from classifier.explain import token_weights
from classifier.masks import MASKS

POST = "They are vermin and we will drive every one of the Zarqis out of this town tonight"


def test_terms_are_the_largest_stretches_in_order(model: Model) -> None:
    (few,) = model.score([POST], terms=2)
    (all_of_them,) = model.score([POST], terms=100)
    sizes = [abs(t.weight) for t in all_of_them.terms]
    assert sizes == sorted(sizes, reverse=True)
    assert few.terms == all_of_them.terms[:2]
    assert all_of_them.rest == pytest.approx(0.0)
    assert few.rest == pytest.approx(sum(t.weight for t in all_of_them.terms[2:]))


def test_masks_bear_no_weight(model: Model) -> None:
    tokens = model.normalise("Muslims 5 @bob are vermin").tokens
    weights = token_weights(model.scorer, tokens, 0)
    assert all(w == 0 for t, w in zip(tokens, weights, strict=True) if t.is_mask)
    assert any(w != 0 for w in weights)


def test_no_feature_is_made_of_masks_only(model: Model) -> None:
    weightless = {*MASKS, " "}
    for terms in (model.table.words.terms, model.table.chars.terms):
        assert not [t for t in terms if weightless.issuperset(t)]


def test_text_of_masks_only_has_the_bias_as_its_logit(model: Model) -> None:
    (result,) = model.score(["Muslims @bob 123 https://x.example/"])
    assert result.logit == result.bias
    assert result.terms == ()
    assert result.band == "pass"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "...", "\u200b"])
def test_empty_text_passes_without_terms(model: Model, text: str) -> None:
    (result,) = model.score([text])
    assert (result.band, result.terms, result.rest) == ("pass", (), 0.0)


def test_a_long_post_is_explained_by_its_highest_window(model: Model) -> None:
    text = (
        "The weather is fine and the tea is hot today. " * 20 + POST + " The weather is fine and the tea is hot." * 20
    )
    (result,) = model.score([text])
    start, end = result.window
    assert 0 < start < end < len(text)
    assert all(start <= t.start < t.end <= end for t in result.terms)
    assert result.risk == pytest.approx(model.risk([text[start:end]])[0])


def test_ids_are_kept(model: Model) -> None:
    results = model.score_posts([Post("b", "x"), Post("a", "y")])
    assert [r.id for r in results] == ["b", "a"]


def test_risk_takes_many_texts_at_once(model: Model) -> None:
    risks = model.risk([POST, "", "hello"])
    assert risks.dtype == np.float64
    assert risks.shape == (3,)
