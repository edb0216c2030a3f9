"""Links, e-mail addresses and handles in a stream: what `classifier.links.LinkFinder` does."""

from __future__ import annotations

from classifier.kernel.arrays import Codes, Dictionary, Ints, Links, Stream
from classifier.kernel.codes import (
    ENDING,
    FILE_MASK,
    HANDLE_MASK,
    HOST_FILE,
    HOST_INVITE,
    HOST_PASTE,
    INVITE_MASK,
    LINK_MASK,
    LINKISH,
    LONGEST_HOST,
    NOTHING,
    PASTE_MASK,
    SHORT_HOST,
    SPACE,
    TOP_LEVEL,
    WORD,
)
from classifier.kernel.compiler import apart, inlined, whole
from classifier.kernel.dictionary import find, hash_of

AT, DOT, COLON, SLASH, QUERY, HASH, UNDERSCORE, PLUS, MINUS = (ord(c) for c in "@.:/?#_+-")
W = ord("w")
#: Which joints a name may have: all of an e-mail address, or a host's.
MAIL, BARE = 1, 0
#: What a path may end in after its file name.
CLOSING, COMMA, SEMICOLON, EXCLAMATION, QUOTE, BRACKET = (ord(c) for c in '),;!"]')


@inlined
def find_links(stream: Stream, size: int, hosts: Dictionary, flags: Ints, links: Links) -> int:
    """Write what must be masked before words are made, in order; return how many.

    Only a chunk (a run without spaces) that holds a dot, a colon or an at sign can hold a link.
    """
    count = start = 0
    while start < size:
        if stream.kinds[start] & SPACE:
            start += 1
            continue
        end = start
        linkish = False
        while end < size and not stream.kinds[end] & SPACE:
            linkish = linkish or (stream.kinds[end] & LINKISH) != 0
            end += 1
        if linkish:
            count = _in_chunk(stream, start, end, hosts, flags, links, count)
        start = end
    return count


@apart
def _in_chunk(stream: Stream, start: int, end: int, hosts: Dictionary, flags: Ints, links: Links, count: int) -> int:
    place = start
    while place < end:
        hit, mask, skipped = NOTHING, 0, place + 1
        if stream.chars[place] == AT:
            if not (place > start and (stream.kinds[place - 1] & WORD or stream.chars[place - 1] == UNDERSCORE)):
                hit, mask = _handle(stream, place, end), HANDLE_MASK
        elif stream.kinds[place] & WORD:
            skipped = _name(stream, place, end, MAIL)
            hit, mask = _link(stream, place, skipped, end, hosts, flags)
        if hit == NOTHING:
            place = skipped
        else:
            links.starts[count], links.ends[count], links.masks[count] = place, hit, mask
            count += 1
            place = hit
    return count


@inlined
def _handle(stream: Stream, place: int, end: int) -> int:
    last = place + 1
    while last < end and (stream.kinds[last] & WORD or stream.chars[last] == UNDERSCORE):
        last += 1
    return last if last > place + 1 else NOTHING


@inlined
def _name(stream: Stream, place: int, end: int, joints: int) -> int:
    """Return the end of a run of word characters and single joints, not ending in a joint."""
    last = place
    while last < end:
        if stream.kinds[last] & WORD:
            last += 1
            continue
        char = stream.chars[last]
        joint = char in (DOT, MINUS) or (joints == MAIL and char in (UNDERSCORE, PLUS))
        if not (joint and last + 1 < end and stream.kinds[last + 1] & WORD):
            break
        last += 2
    return last


@inlined
def _has(chars: Codes, start: int, end: int, char: int) -> bool:
    place = start
    while place < end and chars[place] != char:
        place += 1
    return place < end


@inlined
def _is_scheme(chars: Codes, place: int, end: int) -> bool:
    return place + 2 < end and chars[place] == COLON and chars[place + 1] == SLASH and chars[place + 2] == SLASH


@inlined
def _is_www(chars: Codes, place: int, end: int) -> bool:
    return (
        place + 3 < end
        and chars[place] == W
        and chars[place + 1] == W
        and chars[place + 2] == W
        and chars[place + 3] == DOT
    )


@apart
def _link(stream: Stream, place: int, run: int, end: int, hosts: Dictionary, flags: Ints) -> tuple[int, int]:
    """Match an address that starts at `place`: with a scheme, ``www.``, of e-mail, or bare."""
    chars = stream.chars
    if (_is_scheme(chars, run, end) and run + 3 < end) or _is_www(chars, place, end):
        return end, _kind(chars, place, end, hosts, flags)
    if run < end and chars[run] == AT:
        domain = _name(stream, run + 1, end, BARE)
        if _has(chars, run + 1, domain, DOT):
            return domain, LINK_MASK
    domain = _name(stream, place, end, BARE)
    label = domain
    while label > place and chars[label - 1] != DOT:
        label -= 1
    if label == place:
        return NOTHING, 0
    if not _flags(chars, label, domain, hosts, flags) & TOP_LEVEL and not (
        _flags(chars, place, domain, hosts, flags) & SHORT_HOST
    ):
        return NOTHING, 0
    last = end if domain < end and chars[domain] in (SLASH, QUERY, HASH, COLON) else domain
    return last, _kind(chars, place, last, hosts, flags)


@inlined
def _flags(chars: Codes, start: int, end: int, hosts: Dictionary, flags: Ints) -> int:
    """Return what is known of a host, a label or an ending."""
    if end - start > LONGEST_HOST:
        return 0
    number = find(hosts, hash_of(hosts.seed[0], chars, start, end), chars, start, end - start)
    return 0 if number == NOTHING else whole(flags[number])


@apart
def _kind(chars: Codes, place: int, last: int, hosts: Dictionary, flags: Ints) -> int:
    """Return the mask of a link, judged by its host and by how its path ends."""
    rest = place
    for i in range(place, last):
        if _is_scheme(chars, i, last):
            rest = i + 3
            break
    if _is_www(chars, rest, last):
        rest += 4
    host = rest
    while host < last and chars[host] not in (SLASH, QUERY, HASH, COLON):
        host += 1
    found = _known_host(chars, rest, host, hosts, flags)
    if found:
        return INVITE_MASK if found & HOST_INVITE else PASTE_MASK if found & HOST_PASTE else FILE_MASK
    return FILE_MASK if _names_file(chars, host, last, hosts, flags) else LINK_MASK


@inlined
def _known_host(chars: Codes, start: int, end: int, hosts: Dictionary, flags: Ints) -> int:
    """Return the bits of the longest known host of two labels or more that a host ends in, or 0."""
    last_dot = end - 1
    while last_dot >= start and chars[last_dot] != DOT:
        last_dot -= 1
    for label in range(max(start, end - LONGEST_HOST), last_dot + 1):
        if label == start or chars[label - 1] == DOT:
            found = _flags(chars, label, end, hosts, flags) & (HOST_INVITE | HOST_PASTE | HOST_FILE)
            if found:
                return found
    return 0


@inlined
def _names_file(chars: Codes, host: int, last: int, hosts: Dictionary, flags: Ints) -> bool:
    """Tell whether a path ends like a file."""
    end = host
    while end < last and chars[end] not in (QUERY, HASH):
        end += 1
    while end > host and chars[end - 1] in (CLOSING, DOT, COMMA, SEMICOLON, EXCLAMATION, QUOTE, BRACKET):
        end -= 1
    dot = end
    while dot > host and dot > end - LONGEST_HOST and chars[dot - 1] != DOT:
        dot -= 1
    return dot > host and chars[dot - 1] == DOT and (_flags(chars, dot - 1, end, hosts, flags) & ENDING) != 0
