from __future__ import annotations

import pytest

from classifier import InputError, MirrorError, Post
from classifier.mirrors import Background, Builder, Key, MirrorIndex
from classifier.mirrors.reading import plain_reader
from tests.classifier.mirrors.oracle import jaccard
from tests.classifier.mirrors.texts import COMMONPLACE, CONFIRMED


def first(index: MirrorIndex, text: str) -> str | None:
    (found,) = index.match([Post("x", text)])
    return found[0].entry if found else None


@pytest.mark.parametrize("number", range(len(CONFIRMED)))
def test_a_copy_is_found_with_nothing_added_or_dropped(index: MirrorIndex, number: int) -> None:
    (found,) = index.match([Post("x", CONFIRMED[number])])
    assert [(m.entry, m.similarity, m.added, m.dropped, m.dropped_words) for m in found] == [
        (f"c{number}", 1.0, (), 0, ())
    ]


@pytest.mark.parametrize(
    "disguise",
    [
        str.upper,
        lambda text: text.replace("e", "\u0435").replace("o", "\u043e"),
        lambda text: text.replace("a", "a\u200b"),
        lambda text: "\u202e" + text.replace(" ", "  "),
        lambda text: text.replace("i", "i\u0301"),
        lambda text: text.replace("s", "\uff53"),
    ],
)
def test_disguise_of_letters_changes_nothing(index: MirrorIndex, disguise: object) -> None:
    (found,) = index.match([Post("x", disguise(CONFIRMED[0]))])  # type: ignore[operator]  # a function of texts
    assert [(m.entry, m.similarity) for m in found] == [("c0", 1.0)]


def test_words_added_and_dropped_are_shown_and_moved_ones_are_neither(index: MirrorIndex) -> None:
    copy = (
        "Bring warm coats: the FERRY to Brindle Island leaves at eight from the eastern pier! and a thermos of lentil"
    )
    (found,) = index.match([Post("x", copy)])
    assert (found[0].added, found[0].dropped, found[0].dropped_words) == (("eight",), 2, ("seven", "soup"))


def test_a_dropped_link_is_told_by_its_kind(background: Background, key: Key) -> None:
    index = Builder(key, background, keep_text=True).build([Post("a", CONFIRMED[0] + " https://ferry.example/x")])
    ((found,),) = index.match([Post("x", CONFIRMED[0])])
    assert found.dropped_words == ("‹LINK›",)


def test_without_kept_text_dropped_words_are_counted(background: Background, key: Key) -> None:
    index = Builder(key, background).build([Post("a", CONFIRMED[0])])
    ((found,),) = index.match([Post("x", CONFIRMED[0].replace("lentil soup", "tea"))])
    assert (found.added, found.dropped, found.dropped_words) == (("tea",), 2, None)


def test_other_texts_do_not_match(index: MirrorIndex) -> None:
    assert first(index, "The committee adopted the second reading of the harbour budget after a long debate") is None


def test_sharing_only_stock_phrases_is_no_match(background: Background, key: Key) -> None:
    blessing = "Eid Mubarak to you and your family, may Allah bless us all, from"
    index = Builder(key, background).build([Post("a", f"{blessing} Zurlandia quinces otter cardamom")])
    ours = f"{blessing} Brindle ferry thermos"
    theirs = f"{blessing} Zurlandia quinces otter cardamom"
    assert jaccard(" ".join(plain_reader()(ours)), " ".join(plain_reader()(theirs))) > index.threshold
    assert first(index, ours) is None


def test_commonplace_posts_are_left_out_and_named(background: Background, key: Key) -> None:
    builder = Builder(key, background)
    index = builder.build([Post("keep", CONFIRMED[0]), *(Post(f"b{i}", text) for i, text in enumerate(COMMONPLACE))])
    assert (index.entries.ids, builder.commonplace) == (("keep",), [f"b{i}" for i in range(len(COMMONPLACE))])


def test_phrases_of_the_owners_traffic_count_for_nothing(background: Background, key: Key) -> None:
    hymn = "over the silver estuary rises the morning lantern of our fathers"
    traffic = [Post(str(i), f"{hymn} number {i}", account=f"a{i % 30}") for i in range(60)]
    assert Builder(key, background).build([Post("h", hymn)]).entries.ids == ("h",)
    with pytest.raises(InputError, match="rare"):
        Builder(key, background.learn(traffic, key, 30)).build([Post("h", hymn)])
    assert Builder(key, background.learn(traffic, key, 31)).build([Post("h", hymn)]).entries.ids == ("h",)


def test_two_posts_of_one_id_are_refused_without_their_text(background: Background, key: Key) -> None:
    with pytest.raises(InputError, match="'a'") as caught:
        Builder(key, background).build([Post("a", CONFIRMED[0]), Post("a", CONFIRMED[1])])
    assert "ferry" not in str(caught.value)


def test_threads_and_batches_find_the_same(index: MirrorIndex) -> None:
    posts = [Post(str(i), text + " indeed") for i, text in enumerate((*CONFIRMED, *COMMONPLACE) * 5)]
    assert index.match(posts, workers=3) == [found for post in posts for found in index.match([post])]


def test_the_most_similar_come_first_and_no_more_than_asked(background: Background, key: Key) -> None:
    many = [Post(str(i), CONFIRMED[0] + " and again" * i) for i in range(12)]
    index = Builder(key, background).build(many)
    (found,) = index.match([Post("x", CONFIRMED[0])], limit=3)
    assert [m.entry for m in found] == ["0", "1", "2"]
    assert found[0].similarity >= found[1].similarity >= found[2].similarity


def test_more_pairs_than_there_is_room_for(background: Background, key: Key) -> None:
    many = [Post(str(i), CONFIRMED[0]) for i in range(3000)]
    index = Builder(key, background).build(many)
    pairs, _ = index.pairs([CONFIRMED[0]] * 5)
    assert len(pairs) == 5 * 3000


def test_a_withdrawn_entry_is_gone_and_the_others_stay(index: MirrorIndex) -> None:
    left = index.withdraw(["c0", "c3"])
    assert [first(left, text) for text in CONFIRMED] == [None, "c1", "c2", None, "c4", "c5"]
    gone = set(index.entries.grams[: index.entries.places[1]].tolist())
    others = set(index.entries.grams[index.entries.places[1] :].tolist())
    assert not set(left.entries.grams.tolist()) & (gone - others)
    assert left.entries.texts is not None
    assert not any("ferry" in text for text in left.entries.texts)


def test_withdrawing_what_is_not_there_changes_nothing(index: MirrorIndex) -> None:
    with pytest.raises(MirrorError, match="no entry has the id 'zz'"):
        index.withdraw(["c0", "zz"])


def test_an_empty_batch_matches_nothing(index: MirrorIndex) -> None:
    assert index.match([]) == []
    assert index.withdraw(index.entries.ids).match([Post("x", CONFIRMED[0])]) == [[]]
