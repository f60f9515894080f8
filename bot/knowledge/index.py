"""The community's passages, searched by BM25 (Robertson and Zaragoza, 2009) in SQLite's FTS5, in memory."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.knowledge.passages import Passage
from bot.knowledge.words import informative, language_of, stems

_QUERY_LENGTH = 2_000
"""Characters of a query that are read."""
_QUERY_WORDS = 24
"""Words of a query that count: the rarest."""
_SEARCH_WORDS = 8
"""Words of a query that are looked up: the rarest that stand in any passage."""
_CANDIDATES = 24
"""Passages, the best by BM25, that are looked at closely."""
_TITLE_WEIGHT = 2.0
_OTHER_LANGUAGE = 0.7
"""What a passage in another language than the question's counts for, in the order of the hits."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """0…1: how much of what the query is about stands in the passage; from 0.5 on it is about the query."""


class KnowledgeIndex:
    """Passages that can be searched.

    Stems and accents are `bot.knowledge.words`' business: one index holds English and Spanish. To be used
    from the thread that made it (the event loop's): SQLite checks that.
    """

    def __init__(self) -> None:
        self._passages: list[Passage] = []
        self._frequency: Counter[str] = Counter()
        """In how many passages each stem stands."""
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        self._database.execute("CREATE VIRTUAL TABLE passages USING fts5(title, text, tokenize='unicode61')")

    def __len__(self) -> int:
        return len(self._passages)

    def add(self, passages: Iterable[Passage]) -> None:
        """Makes `passages` searchable."""
        rows: list[tuple[int, str, str]] = []
        for passage in passages:
            title, text = stems(passage.title), stems(passage.text)
            self._passages.append(passage)
            self._frequency.update({*title, *text})
            rows.append((len(self._passages), " ".join(title), " ".join(text)))
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO passages(rowid, title, text) VALUES (?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def search(self, query: str, *, limit: int = 4, language: str = "") -> list[Hit]:
        """The passages that `query` is about, best first; none when it has no word that stands in any.

        The query is text, never a search expression. Passages in the query's own language come first; when its
        words do not tell which that is, those in `language` (a tag).
        """
        query = query[:_QUERY_LENGTH]
        weights = {word: self._weight(word) for word in informative(query)}
        asked = sorted(weights, key=lambda word: -weights[word])[:_QUERY_WORDS]
        known = [word for word in asked if word in self._frequency]
        if not known:
            return []
        total = sum(weights[word] for word in asked)
        wanted = (language_of(query) or language)[:2].lower()
        rows = self._database.execute(
            "SELECT rowid, title, text FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, ?, 1.0) LIMIT ?",
            (" OR ".join(f'"{word}"' for word in known[:_SEARCH_WORDS]), _TITLE_WEIGHT, _CANDIDATES),
        ).fetchall()
        hits: list[tuple[float, Hit]] = []
        for rowid, title, text in rows:
            passage = self._passages[rowid - 1]
            present = {*title.split(), *text.split()}
            score = sum(weights[word] for word in known if word in present) / total
            foreign = wanted and passage.language and passage.language[:2].lower() != wanted
            hits.append((score * (_OTHER_LANGUAGE if foreign else 1.0), Hit(passage, score)))
        hits.sort(key=lambda pair: -pair[0])  # stable: BM25's order among equals
        return [hit for _, hit in hits[:limit]]

    def _weight(self, word: str) -> float:
        """The inverse document frequency of `word`, as BM25 has it."""
        times = self._frequency.get(word, 0)
        return math.log(1 + (len(self._passages) - times + 0.5) / (times + 0.5))
