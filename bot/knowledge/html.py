"""The blocks of an HTML page. The parser keeps no tree: nesting costs nothing, however deep."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

from bot.knowledge.passages import HEADING_LENGTH, Block

_SKIPPED = frozenset(["script", "style", "template", "noscript", "svg", "nav", "iframe", "object", "select"])
_BREAK_LIST = """
address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
form header hr html li main ol p section summary table tbody tfoot thead tr ul
"""
_BREAKS = frozenset(_BREAK_LIST.split())
_ENDLESS = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr"]
)


def html_blocks(html: str) -> Iterator[Block]:
    """The headings, preformatted texts, lists and paragraphs of a page, in order; no scripts, no navigation."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    if reader.title and not any(block.kind == "heading" and block.level == 1 for block in reader.blocks):
        yield Block("heading", reader.title, 1)
    yield from reader.blocks


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title = ""
        self._parts: list[str] = []
        self._said = False
        """Whether the parts hold more than space."""
        self._kind = "paragraph"
        self._level = 0
        self._skipped = ""
        """The element whose content is passed over."""
        self._depth = 0
        """How often that element is open."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if self._skipped:
            self._depth += tag == self._skipped
        elif tag in _SKIPPED:
            self._skipped, self._depth = tag, 1
        elif tag == "title":
            self._begin("title")
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._begin("heading", int(tag[1]))
        elif tag in ("pre", "textarea"):
            self._begin("fence")
        elif tag == "li":
            self._begin("list")
            self._parts.append("- ")
        elif tag in ("td", "th"):
            self._parts.append(" | " if self._said else "")
        elif tag == "br":
            self._parts.append("\n")
        elif tag in _BREAKS:
            self._begin("paragraph")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that ends at once."""
        self.handle_starttag(tag, attrs)
        if tag not in _ENDLESS:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        if self._skipped:
            self._depth -= tag == self._skipped
            if self._depth <= 0 or tag in ("body", "html"):
                self._skipped = ""
        elif tag in _BREAKS or tag in ("pre", "textarea", "title") or (len(tag) == 2 and tag[0] == "h"):
            self._begin("paragraph")

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._skipped:
            self._parts.append(data)
            self._said = self._said or not data.isspace()

    def end_block(self) -> None:
        """Puts what was read since the last block into one."""
        text = "".join(self._parts)
        self._parts, self._said = [], False
        if self._kind == "fence":
            if text.strip():
                self.blocks.append(
                    Block("fence", "\n".join(line.rstrip() for line in text.strip("\n").split("\n")))
                )
            return
        lines = [" ".join(line.split()) for line in text.split("\n")]
        if self._kind in ("heading", "title"):
            lines = [" ".join(line for line in lines if line)]
        text = "\n".join(line for line in lines if line)
        if self._kind == "title":
            self.title = self.title or text[:HEADING_LENGTH]
            return
        if self._kind == "heading" and len(text) > HEADING_LENGTH:
            self._kind = "paragraph"
        if text and text != "-":
            self.blocks.append(Block(self._kind, text, self._level if self._kind == "heading" else 0))

    def _begin(self, kind: str, level: int = 0) -> None:
        self.end_block()
        self._kind, self._level = kind, level
