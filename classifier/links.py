"""Links, e-mail addresses and handles: where they stand in a stream, and of what kind they are."""

from __future__ import annotations

from classifier.canonical import Stream, alphabet
from classifier.masks import FILE, HANDLE, INVITE, LINK, PASTE

#: Last labels after which a bare ``name.label`` is taken for a link; words people write after a full stop are left out.
TOP_LEVELS = frozenset("com org net info io gg ly tv ru xyz app onion example edu gov pk uk ir af eu de fr biz".split())
#: Hosts short enough to be words elsewhere.
SHORT_HOSTS = frozenset("t.me t.co wa.me youtu.be justpaste.it telegra.ph mega.nz".split())
KIND_OF_HOST = {
    **dict.fromkeys(
        "t.me telegram.me telegram.org telegram.dog chat.whatsapp.com wa.me discord.gg discord.com invite.example".split(),
        INVITE,
    ),
    **dict.fromkeys(
        "pastebin.com justpaste.it telegra.ph rentry.co ghostbin.com paste.ee hastebin.com controlc.com paste.example".split(),
        PASTE,
    ),
    **dict.fromkeys(
        (
            "drive.google.com docs.google.com mega.nz mega.io mediafire.com archive.org dropbox.com 1drv.ms we.tl wetransfer.com "
            "gofile.io anonfiles.com files.fm 4shared.com files.example"
        ).split(),
        FILE,
    ),
}
FILE_ENDINGS = tuple(".pdf .zip .rar .7z .mp3 .mp4 .m4a .avi .mkv .mov .apk .doc .docx .epub .exe".split())


def kind_of_link(link: str) -> str:
    """Return the mask of a canonical link, judged by its host and by how its path ends."""
    rest = link.split("://", 1)[-1].removeprefix("www.")
    host = rest
    for mark in "/?#:":
        host = host.split(mark, 1)[0]
    labels = host.split(".")
    for first in range(len(labels) - 1):
        if mask := KIND_OF_HOST.get(".".join(labels[first:])):
            return mask
    path = rest[len(host) :].split("?", 1)[0].split("#", 1)[0].rstrip(').,;!"]')
    return FILE if path.endswith(FILE_ENDINGS) else LINK


class LinkFinder:
    """Finds what must be masked before words are made; one for each stream."""

    def __init__(self, stream: Stream) -> None:
        self.chars = stream.chars
        self.is_word = [alphabet().is_word(c) for c in stream.chars]

    def find(self) -> list[tuple[int, int, str]]:
        """Return ``(start, end, mask)`` over the stream, in order, without overlap."""
        found = []
        start = 0
        size = len(self.chars)
        while start < size:
            if self.chars[start] == " ":
                start += 1
                continue
            end = start
            while end < size and self.chars[end] != " ":
                end += 1
            found.extend(self._in_chunk(start, end))
            start = end
        return found

    def _in_chunk(self, start: int, end: int) -> list[tuple[int, int, str]]:
        """Search one run without spaces."""
        chars = self.chars
        found: list[tuple[int, int, str]] = []
        place = start
        while place < end:
            hit = None
            if chars[place] == "@" and not (place > start and (self.is_word[place - 1] or chars[place - 1] == "_")):
                hit = self._handle(place, end)
            elif self.is_word[place]:
                run = self._name(place, end, "._+-")
                hit = self._link(place, run, end)
                if hit is None:
                    place = (
                        run  # an address starts where its run starts: looking at each place in it would be quadratic
                    )
                    continue
            if hit is None:
                place += 1
                continue
            found.append((place, hit[0], hit[1]))
            place = hit[0]
        return found

    def _handle(self, place: int, end: int) -> tuple[int, str] | None:
        last = place + 1
        while last < end and (self.is_word[last] or self.chars[last] == "_"):
            last += 1
        return (last, HANDLE) if last > place + 1 else None

    def _link(self, place: int, run: int, end: int) -> tuple[int, str] | None:
        """Match an address that starts at `place`: with a scheme, ``www.``, of e-mail, or bare."""
        chars = self.chars
        after = "".join(chars[run : run + 4])
        scheme = after.startswith("://") and len(after) > len("://") and run + len("://") < end
        if scheme or "".join(chars[place : place + 4]) == "www.":
            return end, kind_of_link("".join(chars[place:end]))
        if after[:1] == "@":
            domain = self._name(run + 1, end, ".-")
            if "." in chars[run + 1 : domain]:
                return domain, LINK
        return self._bare(place, end)

    def _bare(self, place: int, end: int) -> tuple[int, str] | None:
        """Match ``host.top`` with an optional path."""
        domain = self._name(place, end, ".-")
        host = "".join(self.chars[place:domain])
        if "." not in host:
            return None
        if host.rpartition(".")[2] not in TOP_LEVELS and host not in SHORT_HOSTS:
            return None
        last = end if domain < end and self.chars[domain] in "/?#:" else domain
        return last, kind_of_link("".join(self.chars[place:last]))

    def _name(self, place: int, end: int, joints: str) -> int:
        """Return the end of a run of word characters and single joints, not ending in a joint."""
        last = place
        while last < end:
            if self.is_word[last]:
                last += 1
            elif self.chars[last] in joints and last + 1 < end and self.is_word[last + 1]:
                last += 2
            else:
                break
        return last
