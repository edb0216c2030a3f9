"""The plain ways of what the kernel of mirrors does: strings and sets, no hashes but one."""

from __future__ import annotations

from collections.abc import Sequence

MASK = (1 << 64) - 1


def siphash(key: bytes, data: bytes) -> int:
    """Return SipHash-2-4 as its authors describe it."""
    k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def turn(x: int, n: int) -> int:
        return (x << n | x >> (64 - n)) & MASK

    def rounds(count: int) -> None:
        for _ in range(count):
            v[0] = v[0] + v[1] & MASK
            v[1] = turn(v[1], 13) ^ v[0]
            v[0] = turn(v[0], 32)
            v[2] = v[2] + v[3] & MASK
            v[3] = turn(v[3], 16) ^ v[2]
            v[0] = v[0] + v[3] & MASK
            v[3] = turn(v[3], 21) ^ v[0]
            v[2] = v[2] + v[1] & MASK
            v[1] = turn(v[1], 17) ^ v[2]
            v[2] = turn(v[2], 32)

    padded = data + b"\0" * (7 - len(data) % 8) + bytes([len(data) & 255])
    for at in range(0, len(padded), 8):
        block = int.from_bytes(padded[at : at + 8], "little")
        v[3] ^= block
        rounds(2)
        v[0] ^= block
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def grams(text: str) -> set[str]:
    """Return the character 5-grams of a canonical text."""
    return {text[i : i + 5] for i in range(max(len(text) - 4, 1))} if text else set()


def jaccard(one: str, other: str) -> float:
    """Return the similarity of two canonical texts."""
    a, b = grams(one), grams(other)
    return len(a & b) / len(a | b) if a | b else 0.0


def weights(words: Sequence[str], bits: dict[str, float], phrases: set[str], unlisted: float) -> list[float]:
    """Return what each word weighs."""
    found = [bits.get(word, unlisted) for word in words]
    for start in range(len(words)):
        for end in range(start + 1, min(start + 8, len(words)) + 1):
            if " ".join(words[start:end]) in phrases:
                found[start:end] = [0.0] * (end - start)
    return found


def shared_bits(one: Sequence[str], weight: Sequence[float], other: Sequence[str]) -> float:
    """Return the bits of the distinct words of one text that the other has too."""
    heaviest: dict[str, float] = {}
    for word, bits in zip(one, weight, strict=True):
        if bits > 0 and word not in heaviest:
            heaviest[word] = bits
    return sum(bits for word, bits in heaviest.items() if word in set(other))
