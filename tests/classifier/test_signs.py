from __future__ import annotations

import pytest

from classifier.signs import BEFORE, count_signs, is_code, sign_table


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("", 0),
        ("See you at the match on Saturday; bring a scarf (red) :)", 0),
        ("((((everyone))))!!! -- really???", 0),
        ("https://x.example/a_b?c={d}&e_f=g a_b", 1),
        ("x_y://z_a b_c", 1),
        ("@some_user_name #camelCaseTag_x", 0),
        ("f(a_b);", 3),
        ("é_é", 0),
        ("if (a == b) {", 2),
    ],
)
def test_signs_are_counted(text: str, signs: int) -> None:
    assert count_signs(text) == signs


def test_code_is_dense_in_signs() -> None:
    assert is_code(3, 15)
    assert not is_code(3, 16)
    assert not is_code(2, 1)


def test_the_table_holds_every_pair() -> None:
    table = sign_table()
    assert table.sum() == sum(len(set(firsts)) for firsts in BEFORE.values())
    assert table[ord("a"), ord("B")]
    assert not table[ord("("), ord("(")]
