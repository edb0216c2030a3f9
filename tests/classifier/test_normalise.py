from __future__ import annotations

import pytest

from classifier.lexicon import Lexicon, Surface
from classifier.masks import ENTITY, GROUP, readable
from classifier.normalise import Normaliser

LEXICON = Lexicon(
    surfaces=(
        Surface(("red", "banner"), ENTITY, ("UN", "PK")),
        Surface(("red", "banner", "front"), ENTITY),
        Surface(("zarqis",), GROUP),
        Surface(("rose",), ENTITY, ambiguous=True),
    ),
    spared=frozenset({("1488",), ("14", "88")}),
)


def canonical(text: str) -> str:
    return readable(Normaliser(LEXICON)(text).text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  \n\t ", ""),
        ("Don’t STOP", "dont stop"),
        ("ﬁne Ｃａｆé", "fine cafe"),
        ("قُلْ كتـــاب", "قل كتاب"),
        ("ہمارے ساتھ", "همارے ساتھ"),
        ("k i l l them", "kill them"),
        ("k.i.l.l them", "kill them"),
        ("a b", "a b"),
        ("k1ll h@te a55", "kill hate a ‹NUMBER›"),
        ("soooooo kkkkk", "soo kkk"),
        ("kіll", "kill"),
        ("кілл", "кілл"),
        ("ki\u200bll", "kill"),
        ("7pm ١٢٣ 1488 14/88 15/88", "‹NUMBER› pm ‹NUMBER› 1488 14 88 ‹NUMBER› ‹NUMBER›"),
        ("🐀", "rat"),
        ("🇵🇰 🇵🇰🇮🇳", "‹GROUP› ‹GROUP›"),
        ("@some_one hi", "‹HANDLE› hi"),
        ("@", ""),
        ("me@example.com", "‹LINK›"),
        ("https://t.me/+abc", "‹INVITE›"),
        ("http://chat.whatsapp.com/xyz now", "‹INVITE› now"),
        ("https://t.me/abc\nkill\tthem", "‹INVITE› kill them"),
        ("see pastebin.com/abc", "see ‹PASTE›"),
        ("example.org/book.pdf?x=1", "‹FILE›"),
        ("www.anything/here", "‹LINK›"),
        ("and/or stop.it a.b", "and or stop it a b"),
        ("The Red Banner Front and Red Banner", "the ‹ENTITY› and ‹ENTITY›"),
        ("Zarqis' ZARQIS", "‹GROUP› ‹GROUP›"),
        ("\ud800x", "x"),
    ],
)
def test_canonical_text(text: str, expected: str) -> None:
    assert canonical(text) == expected


def test_a_long_token_is_cut_at_64_code_points() -> None:
    assert [len(w) for w in canonical("ab" * 100).split()] == [64, 64, 64, 8]


def test_offsets_point_into_the_original() -> None:
    text = "The  Rеd \u200bBаnner  k i l l s"
    result = Normaliser(LEXICON)(text)
    cut = [text[t.start : t.end] for t in result.tokens]
    assert cut == ["The", "Rеd \u200bBаnner", "k i l l s"]


def test_mentions_say_what_was_masked_and_who_lists_it() -> None:
    text = "Red Banner wrote to @bob at https://invite.example/x"
    kinds = [(m.kind, m.text, m.lists) for m in Normaliser(LEXICON)(text).mentions]
    assert kinds == [
        ("entity", "Red Banner", ("UN",)),
        ("handle", "@bob", ()),
        ("invite", "https://invite.example/x", ()),
    ]


def test_a_single_state_listing_is_reported_where_it_is_switched_on() -> None:
    (mention,) = Normaliser(LEXICON, frozenset({"PK"}))("Red Banner").mentions
    assert mention.lists == ("UN", "PK")


def test_an_ambiguous_name_is_masked_always_and_reported_beside_a_clear_one_only() -> None:
    normalise = Normaliser(LEXICON)
    alone, beside = normalise("a rose"), normalise("a rose for Red Banner")
    assert readable(alone.text) == "a ‹ENTITY›"
    assert alone.mentions == ()
    assert [m.text for m in beside.mentions] == ["rose", "Red Banner"]


def test_the_lexicon_survives_its_file() -> None:
    assert Lexicon.from_json(LEXICON.to_json()).to_json() == LEXICON.to_json()
