"""PDFs for tests: pages of text, with a table of contents, or locked."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter


def pdf(
    pages: Sequence[Sequence[str]], *, outline: Sequence[tuple[str, int, int]] = (), password: str = ""
) -> bytes:
    """A PDF whose pages have these lines, in Latin-1.

    `outline`: title, page from 0, and which of the entries before it it stands under (-1: none).
    """
    writer = PdfWriter(clone_from=PdfReader(BytesIO(_plain(pages))))
    entries: list[object] = []
    for title, page, parent in outline:
        under = entries[parent] if parent >= 0 else None
        entries.append(writer.add_outline_item(title, page, parent=under))  # type: ignore[arg-type]  # its own
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def bomb(megabytes: int) -> bytes:
    """A small PDF with one page whose content becomes so big."""
    return _plain([[]], content=b"q Q " * (megabytes * 250_000))


def _plain(pages: Sequence[Sequence[str]], content: bytes | None = None) -> bytes:
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        shown = "".join(f"({_escaped(line)}) Tj T* " for line in lines)
        data = content or f"BT /F1 12 Tf 14 TL 50 780 Td {shown}ET".encode("cp1252")
        packed = zlib.compress(data)
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
        )
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    listed = " ".join(f"{kid} 0 R" for kid in kids).encode()
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed)
    written = BytesIO(b"%PDF-1.7\n")
    written.seek(0, 2)
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(written.tell())
        written.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for offset in offsets:
        written.write(b"%010d 00000 n \n" % offset)
    written.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return written.getvalue()


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
