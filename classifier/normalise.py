"""From a text to its canonical tokens: canonicalise, mask links and numbers, undo disguises, mask names."""

from __future__ import annotations

from dataclasses import dataclass

from classifier.canonical import canonicalise
from classifier.lexicon import Lexicon
from classifier.masks import ENTITY, GROUP, kind_of
from classifier.tokens import Token, mask_numbers, tokenise, undo_disguise
from classifier.types import Mention


@dataclass(frozen=True, slots=True)
class Canonical:
    """A normalised text.

    Attributes
    ----------
    tokens
        Words and masks in order.
    mentions
        What was masked, at original offsets, ambiguous names only beside a clear one.
    """

    tokens: list[Token]
    mentions: tuple[Mention, ...]

    @property
    def text(self) -> str:
        """The canonical text: tokens joined by single spaces."""
        return " ".join(token.text for token in self.tokens)


class Normaliser:
    """Turns texts into canonical tokens with the names and code words of one model.

    Parameters
    ----------
    lexicon
        The compiled gazetteers and code words.
    state_lists
        Names of single-state listings to report; international ones always are.
    """

    def __init__(self, lexicon: Lexicon, state_lists: frozenset[str] = frozenset()) -> None:
        self.lexicon = lexicon
        self.state_lists = state_lists

    def __call__(self, text: str) -> Canonical:
        """Normalise one text; lone surrogates are read as U+FFFD."""
        tokens = self.words(text)
        masked: list[Token] = []
        mentions: list[tuple[Mention, bool]] = []
        place = 0
        while place < len(tokens):
            token = tokens[place]
            name = self.lexicon.names.match(tokens, place)
            if name is None:
                masked.append(token)
                if token.is_mask:
                    mention = Mention(kind_of(token.text), text[token.start : token.end], token.start, token.end)
                    mentions.append((mention, False))
                place += 1
                continue
            start, end = token.start, tokens[place + name.length - 1].end
            masked.append(Token(name.mask, start, end))
            lists = tuple(x for x in name.lists if x in self.lexicon.international or x in self.state_lists)
            mentions.append((Mention(kind_of(name.mask), text[start:end], start, end, lists), name.ambiguous))
            place += name.length
        clear = any(not doubtful and m.kind in {"entity", "group"} for m, doubtful in mentions)
        return Canonical(masked, tuple(m for m, doubtful in mentions if clear or not doubtful))

    def words(self, text: str) -> list[Token]:
        """Return the tokens before names are masked."""
        spared = self.lexicon.spared
        return undo_disguise(mask_numbers(list(tokenise(canonicalise(text))), spared), spared)


__all__ = ["ENTITY", "GROUP", "Canonical", "Normaliser"]
