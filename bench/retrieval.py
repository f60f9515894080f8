"""`python -m bench.retrieval KB.jsonl`: how well questions find their passages, with several ways to read words.

KB.jsonl: JSON lines with `title` and `text_en`, `text_es` (the Python FAQ in both languages); `python_questions.tsv`
beside this file holds the questions, each with its language and the title of what answers it. They say it in other words than the
FAQ: singular for plural, other forms of verbs, without accents, without the FAQ's question words.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.report import Report, show
from bot.knowledge.formats import passages_in
from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.passages import Passage
from bot.knowledge.words import informative, stems

QUESTIONS = Path(__file__).with_name("python_questions.tsv")
MOST = 4

Search = Callable[[str], list[Passage]]


def _words(question: str) -> list[str]:
    """The words that count, as they are written."""
    wanted = set(informative(question))
    return [word for word in question.split() if wanted.intersection(stems(word))]


def _fts5(passages: Sequence[Passage], tokenize: str) -> Search:
    """SQLite alone, with one of its own tokenizers."""
    database = sqlite3.connect(":memory:")
    database.execute(f'CREATE VIRTUAL TABLE passages USING fts5(title, text, tokenize="{tokenize}")')
    database.executemany(
        "INSERT INTO passages(rowid, title, text) VALUES (?, ?, ?)",
        [(number, each.title, each.text) for number, each in enumerate(passages)],
    )

    def search(question: str) -> list[Passage]:
        quoted = ['"' + word.strip("¿?¡!,.").replace('"', "") + '"' for word in _words(question)]
        rows = database.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, 2.0, 1.0) LIMIT ?",
            (" OR ".join(quoted), MOST),
        )
        return [passages[number] for (number,) in rows]

    return search


def _ours(passages: Sequence[Passage]) -> Search:
    index = KnowledgeIndex()
    index.add(passages)
    return lambda question: [hit.passage for hit in index.search(question, limit=MOST)]


def measure(path: Path) -> Report:
    """One row for each way to read words."""
    passages = passages_in(path.read_bytes(), path.name)
    asked = [line.split("\t") for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    ways: dict[str, Search] = {
        "FTS5 unicode61, accents folded": _fts5(passages, "unicode61 remove_diacritics 2"),
        "FTS5 porter": _fts5(passages, "porter unicode61 remove_diacritics 2"),
        "FTS5 trigram": _fts5(passages, "trigram"),
        "stems of both languages (in use)": _ours(passages),
    }
    report = Report(
        f"{len(asked)} questions to {len(passages)} passages: found first / among {MOST}",
        ("words", "English", "Spanish"),
    )
    for name, search in ways.items():
        cells = []
        for language in ("en", "es"):
            mine = [(title, question) for spoken, title, question in asked if spoken == language]
            found = [[title in each.title for each in search(question)] for title, question in mine]
            first, among = sum(each[:1] == [True] for each in found), sum(map(any, found))
            cells.append(f"{first} / {among} of {len(mine)}")
        report.row(name, *cells)
    return report


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("knowledge", type=Path, metavar="KB.jsonl")
    show(measure(parser.parse_args().knowledge))
