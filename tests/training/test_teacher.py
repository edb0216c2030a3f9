"""What the ground heads learn from: the teacher's file, the pseudo-posts, and both put together with the labels."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from classifier.errors import TrainingError
from classifier.labels import GROUNDS, HEADS
from classifier.masks import ENTITY, GROUP, MASKS
from classifier.reader import Reader
from training import teach
from training.align import PREVALENCE, SHARE, STEEPNESS, align_grounds, reweigh
from training.corpus import prepare
from training.generate import LabelledPost
from training.lessons import ALONE, BESIDE, TRUST, make_lessons
from training.pseudo import TAUGHT, PseudoPost, frequent_words, pseudo_posts, replace_words
from training.seedfile import CANARY
from training.seeds import Seeds, default_seeds
from training.teacher import STEP, Teacher, key_of, read_teacher, write_teacher


@pytest.fixture(scope="module")
def pseudo(seeds: Seeds, read: Reader) -> list[PseudoPost]:
    return list(pseudo_posts(seeds, 7, read))


@pytest.fixture
def teacher(tmp_path: Path) -> Teacher:
    keys = [key_of("en", "they are {insult}"), key_of("en", "they are fine")]
    path = tmp_path / "teacher" / "outputs.npz"
    write_teacher(path, keys, np.array([[0.5, 2.0], [-0.25, -1.0]]), np.array([[0.0, 1.0], [0.0, 2.0]]))
    return read_teacher(tmp_path)


def test_opinions_come_back_under_their_texts(teacher: Teacher) -> None:
    said = teacher.ask(
        [key_of("en", "they are fine"), key_of("ur", "they are fine"), key_of("en", "they are {insult}")]
    )
    assert said[0] == pytest.approx([-0.25, -1.0], abs=STEP / 2)
    assert np.isnan(said[1]).all()
    assert said[2] == pytest.approx([0.5, 2.0], abs=STEP / 2)


def test_the_same_opinions_give_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "other"):
        write_teacher(tmp_path / name, [3, 1, 2], np.ones((3, 2)), np.zeros((2, 2)))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_without_a_file_there_is_no_opinion(tmp_path: Path) -> None:
    teacher = read_teacher(tmp_path)
    assert np.isnan(teacher.ask([1, 2])).all()
    assert not teacher.digest


def test_a_broken_file_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "teacher").mkdir()
    (tmp_path / "teacher" / "outputs.npz").write_bytes(b"not arrays")
    with pytest.raises(TrainingError, match=r"training\.teach"):
        read_teacher(tmp_path)


@pytest.mark.parametrize("lang", TAUGHT)
def test_the_teacher_knows_nearly_all_of_the_seeds(lang: str, pseudo: list[PseudoPost]) -> None:
    own = [key_of(lang, post.text) for post in pseudo if post.lang == lang]
    known = ~np.isnan(read_teacher(default_seeds()).ask(own)[:, 0])
    assert known.mean() > 0.9, f"{lang}: the seeds have moved on; run `python -m training.teach`"


def test_pseudo_posts_are_canonical_and_come_again(seeds: Seeds, read: Reader, pseudo: list[PseudoPost]) -> None:
    assert list(pseudo_posts(seeds, 7, read)) == pseudo
    assert not [post for post in pseudo if "{" in post.text or not post.text]
    for post in pseudo[::97]:
        if post.plain:
            assert read(post.text) == post.text.split(" ")


def test_no_name_is_put_into_a_pseudo_post(seeds: Seeds, read: Reader) -> None:
    import random

    words = frequent_words(seeds, "en", read)
    assert len(words) > 20_000
    assert not {spelling for word in words for spelling in word} & set(MASKS)
    tokens = [GROUP, "were", "never", "seen", ENTITY]
    for number in range(50):
        changed = replace_words(tokens, words, random.Random(number))
        assert len(changed) == len(tokens)
        assert (changed[0], changed[-1]) == (GROUP, ENTITY)


def test_lessons_mix_label_and_opinion(teacher: Teacher, read: Reader) -> None:
    posts = [
        LabelledPost("they are dirt", frozenset({"dehumanisation"}), None, "en", "a", phrasing="they are {insult}"),
        LabelledPost("join them", frozenset({"recruitment"}), None, "en", "b", phrasing="join {org}"),
        LabelledPost("nice day", frozenset(), "everyday", "en", "c"),
    ]
    corpus = prepare(posts, read, 32)
    known = PseudoPost("they are fine", "d", "en", "x", plain=False)
    unknown = PseudoPost("never heard of", "d", "en", "x", plain=False)
    lessons = make_lessons(corpus, [known, unknown], teacher, np.ones(3))
    assert lessons.pseudo == [known]
    assert lessons.targets.shape == lessons.weights.shape == (4, len(GROUNDS))
    hate = TRUST[1] * 2.0 + (1 - TRUST[1]) * BESIDE * 2.0
    assert lessons.targets[0, 1] == pytest.approx(hate, abs=STEP)
    assert lessons.targets[1].tolist() == [ALONE * 1.0, 0.0]
    assert lessons.weights[1].tolist() == [1.0, 0.0]  # harm on one ground is no "no" on the other
    assert lessons.targets[2].tolist() == [0.0, 0.0]
    assert lessons.weights[2].tolist() == [1.0, 1.0]
    assert lessons.targets[3] == pytest.approx([-0.25, -1.0], abs=STEP / 2)


def test_aligned_grounds_pass_the_same_share_of_benign_posts_and_give_a_calibrated_risk() -> None:
    rng = np.random.default_rng(0)
    harmful = rng.random(20_000) < 0.3
    raw = rng.normal(size=(20_000, len(HEADS))) * np.linspace(1, 3, len(HEADS)) + harmful[:, np.newaxis]
    maps = np.tile([1.0, 0.5], (len(HEADS), 1))
    aligned = align_grounds(maps, raw, harmful, np.ones(20_000))
    logits = (raw * aligned[:, 0] + aligned[:, 1])[:, : len(GROUNDS)]
    level = np.quantile(logits[~harmful, 0], 1 - SHARE)
    assert (logits[~harmful, 1] > level).mean() == pytest.approx(SHARE, abs=0.002)
    middles = level - np.median(logits[~harmful], axis=0)
    assert middles / middles[1] == pytest.approx(STEEPNESS, abs=0.05)
    chance = 1 / (1 + np.exp(-logits.max(axis=1)))
    assert np.average(chance, weights=reweigh(np.ones(20_000), harmful)) == pytest.approx(PREVALENCE, abs=0.002)
    assert (aligned[len(GROUNDS) :] == maps[len(GROUNDS) :]).all()


@pytest.mark.parametrize("lang", TAUGHT)
def test_how_a_frame_sounds_says_nothing_of_harm(seeds: Seeds, lang: str) -> None:
    families = [f for f in seeds.families if f.lang == lang for _ in f.phrasings]
    weights = teach.post_weights(families)
    assert weights.mean() == pytest.approx(1)
    cells = [(f.frame, bool(f.categories)) for f in families]
    shares = [weights[[c == cell for c in cells]].sum() / weights.sum() for cell in set(cells)]
    assert shares == pytest.approx([0.25] * 4)
    kinds = {f.kind: weight for f, weight in zip(families, weights, strict=True) if f.frame and len(f.phrasings) == 5}
    assert kinds["counter_speech"] == pytest.approx(teach.QUOTING_WEIGHT * kinds["everyday"])


def test_renewing_one_language_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("gazetteer", "codewords"):
        shutil.copytree(default_seeds() / part, tmp_path / part)
    for lang, words in (("en", "bread rain chess tea"), ("ur-Latn", "roti barish shatranj chai")):
        (tmp_path / "families" / lang).mkdir(parents=True)
        for label, tail in (("dehumanisation", ""), ("threat", " a"), ("everyday", " b")):
            other = "ideology: none\ntwin: {lang}.everyday.x\n" if label != "everyday" else ""
            lines = "".join(f"- {word}{tail}\n" for word in words.split())
            text = (
                f"{CANARY}\nfamily: {lang}.{label}.x\nlabels: {label}\nregister: flat\n{other.format(lang=lang)}{lines}"
            )
            (tmp_path / "families" / lang / f"{label}.txt").write_text(text)

    def encoder(sign: int) -> teach.Encoder:
        return lambda texts: np.array([[sign * len(text), text.endswith(("a", "b")), 1] for text in texts], dtype=float)

    monkeypatch.setattr(teach, "spoken", str)
    monkeypatch.setattr(teach, "ENCODERS", {"en": encoder(1), "ur-Latn": encoder(1)})
    teach.main(tmp_path, ("en", "ur-Latn"))
    keys = [key_of(lang, word) for lang, word in (("en", "bread"), ("ur-Latn", "roti"))]
    first = read_teacher(tmp_path).ask(keys)
    assert not np.isnan(first).any()
    monkeypatch.setattr(teach, "ENCODERS", {"en": encoder(1), "ur-Latn": encoder(-1)})
    teach.main(tmp_path, ("ur-Latn",))
    again = read_teacher(tmp_path).ask(keys)
    assert again[0] == pytest.approx(first[0], abs=STEP)
    assert not np.isnan(again).any()
    with pytest.raises(SystemExit, match="no teacher for xx"):
        teach.main(tmp_path, ("xx",))
