from __future__ import annotations

from dataclasses import replace

import pytest

from classifier import Mention, Result, Term, Urgency
from classifier.decide import Policy
from serve.pages.view import Piece, pieces, view


def result_for(text: str, **changes: object) -> Result:
    """Return a result without anything to show, changed."""
    plain = Result(
        id="1",
        risk=0.5,
        band="review",
        basis="synthetic",
        categories={"threat": 0.2, "financing": 0.3},
        grounds={},
        urgency=Urgency(),
        logit=0.0,
        bias=0.0,
        terms=(),
        rest=0.0,
        mentions=(),
        lang="en",
        coverage=1.0,
        window=(0, len(text)),
        model="m",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def term(text: str, start: int, end: int, weight: float) -> Term:
    return Term(text[start:end], start, end, weight)


def mention(text: str, start: int, end: int, *lists: str) -> Mention:
    return Mention("entity", text[start:end], start, end, lists)


def cut(text: str, **changes: object) -> list[tuple[str, str]]:
    """Return the pieces of a text with their classes; together they are the text."""
    found = pieces(text, result_for(text, **changes))
    assert "".join(p.text for p in found) == text
    return [(p.text, p.classes) for p in found]


def test_text_without_reasons_is_one_piece() -> None:
    assert cut("nothing here") == [("nothing here", "")]
    assert cut("") == []


def test_offsets_are_code_points() -> None:
    text = "😀🇵🇰 join us 😀 now"
    start = text.index("join")
    assert cut(text, terms=(term(text, start, start + 7, 2.0), term(text, start + 10, start + 13, -2.0))) == [
        ("😀🇵🇰 ", ""),
        ("join us", "for s4"),
        (" 😀 ", ""),
        ("now", "against s4"),
    ]


def test_a_mention_inside_a_term_says_both() -> None:
    text = "join the Front now"
    found = pieces(
        text, result_for(text, terms=(term(text, 0, 18, 3.0),), mentions=(mention(text, 9, 14, "UN", "EU"),))
    )
    assert [(p.text, p.classes) for p in found] == [
        ("join the ", "for s4"),
        ("Front", "for s4 masked"),
        (" now", "for s4"),
    ]
    assert found[1] == Piece(
        "Front",
        "for s4 masked",
        "speaks for harm, strongly; Organisation, listed by UN, EU: not counted in the score",
        is_reason=True,
    )


def test_the_stronger_of_overlapping_terms_shows_and_the_first_of_mentions() -> None:
    text = "abcdefgh"
    assert cut(text, terms=(term(text, 0, 5, 4.0), term(text, 3, 8, -2.0))) == [
        ("abcde", "for s4"),
        ("fgh", "against s3"),
    ]
    first, second = mention(text, 0, 4), Mention("handle", text[2:6], 2, 6)
    found = pieces(text, result_for(text, mentions=(first, second)))
    assert [(p.text, p.title.partition(":")[0]) for p in found] == [
        ("abcd", "Organisation"),
        ("ef", "Account"),
        ("gh", ""),
    ]


def test_neighbours_stay_apart() -> None:
    text = "abcd"
    assert cut(text, terms=(term(text, 0, 2, 1.0), term(text, 2, 4, 1.0))) == [("ab", "for s4"), ("cd", "for s4")]


@pytest.mark.parametrize(("weight", "step"), [(0.1, "s1"), (0.3, "s2"), (0.6, "s3"), (0.9, "s4"), (-0.1, "s1")])
def test_weak_reasons_look_weak_even_alone(weight: float, step: str) -> None:
    side = "for" if weight > 0 else "against"
    assert cut("word", terms=(term("word", 0, 4, weight),)) == [("word", f"{side} {step}")]


def test_what_lies_outside_the_window_is_dimmed() -> None:
    assert cut("abcdef", window=(2, 4)) == [("ab", "outside"), ("cd", ""), ("ef", "outside")]
    assert view("abcdef", result_for("abcdef", window=(2, 4)), Policy(review=0.5)).is_part


def test_hidden_characters_become_visible_and_keep_their_place() -> None:
    text = "a\u202eb\u200bc\u0007\u200cd\n\te"
    found = pieces(text, result_for(text, terms=(term(text, 2, 3, 1.0),)))
    assert [p.text for p in found] == ["a·", "b", "·c·\u200cd\n\te"]


def test_categories_in_words() -> None:
    policy = Policy(review=0.5)
    strong = view("x", result_for("x", categories={"threat": 0.6, "financing": 0.9, "incitement": 0.1}), policy)
    assert [name for name, _ in strong.categories] == ["Financing", "Threat"]
    assert strong.closest is None
    weak = view("x", result_for("x"), policy)
    assert (weak.categories, weak.closest and weak.closest[0]) == ([], "Financing")
    passed = view("x", result_for("x", band="pass", categories={"threat": 0.6}), policy)
    assert (passed.categories, passed.closest) == ([], None)


def test_figures_only_where_something_was_promised() -> None:
    policy = Policy(review=0.5)
    assert view("x", result_for("x"), policy).risk == ""
    assert view("x", result_for("x", basis="labels", risk=0.934), policy).risk == "0.93"


@pytest.mark.parametrize(
    ("lang", "direction"), [("en", "auto"), ("ur", "rtl"), ("ar", "rtl"), ("ps", "rtl"), ("ur-Latn", "auto")]
)
def test_direction_follows_the_language(lang: str, direction: str) -> None:
    assert view("x", result_for("x", lang=lang), Policy(review=0.5)).direction == direction


def test_mentions_are_counted_and_many_are_summed_up() -> None:
    text = "@a @a " + " ".join(f"@{n}" for n in range(50))
    mentions = [Mention("handle", "@a", 0, 2), Mention("handle", "@a", 3, 5)]
    mentions += [Mention("handle", f"@{n}", 0, 1) for n in range(50)]
    shown = view(text, result_for(text, mentions=tuple(mentions)), Policy(review=0.5))
    assert (shown.masked[0].text, shown.masked[0].count) == ("@a", 2)
    assert (len(shown.masked), shown.more_masked) == (40, 11)
