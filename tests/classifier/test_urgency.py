from __future__ import annotations

import pytest

from classifier.lexicon import Lexicon
from classifier.masks import GROUP
from classifier.tokens import Token
from classifier.urgency import judge

LEXICON = Lexicon(
    cues={
        "time": frozenset({("tonight",), ("right", "now")}),
        "means": frozenset({("rifle",)}),
        "intent": frozenset({("i", "will")}),
        "place": frozenset({("school",)}),
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
    ],
)
def test_tiers(text: str, expected: str) -> None:
    assert tier(text, threat=0.9)[0] == expected


def test_without_a_severe_score_nothing_is_urgent() -> None:
    assert tier("i will come to the school tonight", threat=0.4, recruitment=0.99) == ("T3", ())


def test_cues_name_masks_not_names() -> None:
    assert tier(f"i will find {GROUP} tonight", incitement=0.6)[1] == (
        "intent: i will",
        "named: ‹GROUP›",
        "time: tonight",
    )
