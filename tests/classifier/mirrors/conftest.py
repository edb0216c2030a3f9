from __future__ import annotations

import pytest

from classifier import Model
from classifier.mirrors import Background, Builder, Key, MirrorIndex
from classifier.types import Post
from tests.classifier.mirrors.texts import CONFIRMED


@pytest.fixture(scope="session")
def background(model: Model) -> Background:
    return Background.of(model.table)


@pytest.fixture(scope="session")
def key() -> Key:
    return Key(bytes(range(32)))


@pytest.fixture(scope="session")
def index(background: Background, key: Key) -> MirrorIndex:
    return Builder(key, background, keep_text=True).build(Post(f"c{i}", text) for i, text in enumerate(CONFIRMED))
