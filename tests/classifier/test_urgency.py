from __future__ import annotations

import pytest

from classifier.lexicon import Lexicon
from classifier.masks import GROUP, NUMBER
from classifier.tokens import Token
from classifier.urgency import judge

LEXICON = Lexicon(
    cues={
        "time": frozenset({("tonight",), ("right", "now")}),
        "means": frozenset({("rifle",)}),
        "intent": frozenset({("i", "will")}),
        "place": frozenset({("school",)}),
        "act": frozenset({("kill",)}),
        "distance": frozenset({("film",)}),
    }
)


def tier(text: str, **chances: float) -> tuple[str, tuple[str, ...]]:
    urgency = judge(LEXICON, [Token(w, 0, 1) for w in text.split()], {"threat": 0.0, **chances}, 0.5)
    return urgency.tier, urgency.cues


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing here", "T2"),
        ("i will come tonight", "T2"),
        (f"i will find {GROUP}", "T1"),
        ("the school tonight", "T1"),
        ("i will come to the school tonight", "T0"),
        (f"a rifle for {GROUP} right now", "T0"),
        (f"i will bring the rifle to {GROUP}", "T0"),
        (f"a rifle to kill {GROUP}", "T1"),
        ("kill at school tonight", "T0"),
        ("in the film i will come to the school tonight", "T1"),
    ],
)
def test_tiers(text: str, expected: str) -> None:
    assert tier(text, threat=0.9)[0] == expected


def test_without_a_severe_score_nothing_is_urgent() -> None:
    assert tier("i will come to the school tonight", threat=0.4, recruitment=0.99) == ("T3", ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("i will kill at the school tonight", "T0"),
        ("i will come to the school with a rifle tonight", "T0"),
        ("i will come to the school tonight", "T3"),
        ("i will kill with a rifle tonight", "T3"),
        ("in the film i will kill at the school tonight", "T3"),
    ],
)
def test_many_cues_make_up_for_a_lower_score(text: str, expected: str) -> None:
    urgency = tier(text, threat=0.1)
    assert urgency[0] == expected
    assert bool(urgency[1]) == (expected == "T0")
    assert tier(text, threat=0.09) == ("T3", ())


def test_a_cue_with_a_number_stands_for_all_numbers() -> None:
    lexicon = Lexicon(cues={"time": frozenset({("at", NUMBER)}), "place": LEXICON.cues["place"]})
    tokens = [Token(w, 0, 1) for w in ("school", "at", NUMBER)]
    assert judge(lexicon, tokens, {"threat": 0.9}, 0.5).cues == ("place: school", "time: at ‹NUMBER›")


def test_cues_name_masks_not_names() -> None:
    assert tier(f"i will find {GROUP} tonight", incitement=0.6)[1] == (
        "intent: i will",
        "named: ‹GROUP›",
        "time: tonight",
    )
