"""The community's passages, searched by BM25 (Robertson and Zaragoza, 2009) in SQLite's FTS5, in memory."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from bot.knowledge.passages import Passage
from bot.knowledge.words import informative, language_of, stems

_QUERY_LENGTH = 2_000
"""Characters of a query that are read."""
_QUERY_WORDS = 24
"""Words of a query that count: the rarest."""
_SEARCH_WORDS = 8
"""Words of a query that are looked up: the rarest that stand in any passage."""
_MOST_MATCHES = 2_000
"""Passages that the looked-up words may stand in together; BM25 takes 2 µs for each."""
_PAGES = 16
"""Pages of the index that are put together at once: some milliseconds."""
_CANDIDATES = 24
"""Passages, the best by BM25, that are looked at closely."""
_ALL_CANDIDATES = 100
"""The same where no others can be about the query."""
_ROUNDING = 1e-9
_TITLE_WEIGHT = 2.0
_OTHER_LANGUAGE = 0.7
"""What a passage in another language than the question's counts for, in the order of the hits."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found."""

    passage: Passage
    score: float
    """0…1: how much of what the query is about stands in the passage; from 0.5 on it is about the query."""
    rank: float
    """The score, less what another language than the question's costs: hits are in its order."""


@dataclass(frozen=True, slots=True)
class Row:
    """A passage as it stands in the index: words without endings, a space between them."""

    passage: Passage
    title: str
    text: str


def rows_of(passages: Iterable[Passage]) -> list[Row]:
    """What `KnowledgeIndex.insert` takes: most of the work of making passages searchable, for any thread."""
    return [
        Row(passage, " ".join(stems(passage.title)), " ".join(stems(passage.text))) for passage in passages
    ]


@lru_cache(maxsize=64)
def _asked(query: str) -> tuple[tuple[str, ...], str]:
    """What `query` is about, and its language: one index is asked after the other."""
    return tuple(informative(query)), language_of(query)


def _share(known: Mapping[str, float], text: str, least: float) -> float:
    """What those of the words weigh that stand in `text`; 0 where that is less than `least`."""
    left = sum(known.values()) - least + _ROUNDING
    present = 0.0
    for word, weight in known.items():
        # A word that is nowhere in a text is no word of it, and that is quicker to tell.
        if word in text and f" {word} " in text:
            present += weight
        else:
            left -= weight
            if left < 0:
                return 0.0
    return present


class KnowledgeIndex:
    """Passages that can be searched.

    Stems and accents are `bot.knowledge.words`' business: one index holds English and Spanish. To be used
    from the thread that made it (the event loop's): SQLite checks that.
    """

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._of: defaultdict[str, list[int]] = defaultdict(list)
        """Document → its passages."""
        self._numbers = count(1)
        self._frequency: Counter[str] = Counter()
        """In how many passages each stem stands."""
        self._database = sqlite3.connect(":memory:", isolation_level=None)
        # The texts are in `_rows`; once is enough.
        self._database.execute(
            "CREATE VIRTUAL TABLE passages USING fts5(title, text, content='', tokenize='unicode61')"
        )

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, passages: Iterable[Passage]) -> None:
        """Makes `passages` searchable."""
        self.insert(rows_of(passages))

    def insert(self, rows: Iterable[Row]) -> None:
        """Makes the passages of `rows` searchable."""
        written: list[tuple[int, str, str]] = []
        for row in rows:
            number = next(self._numbers)
            self._rows[number] = row
            self._of[row.passage.document].append(number)
            self._frequency.update({*row.title.split(), *row.text.split()})
            written.append((number, row.title, row.text))
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO passages(rowid, title, text) VALUES (?, ?, ?)", written)
        self._database.execute("COMMIT")

    def remove(self, document: str, most: int = 1 << 62) -> bool:
        """Takes out up to `most` passages of a document; False when there are none any more."""
        numbers = self._of.get(document, [])
        gone, self._of[document] = numbers[:most], numbers[most:]
        self._database.execute("BEGIN")
        for number in gone:
            row = self._rows.pop(number)
            self._frequency.subtract({*row.title.split(), *row.text.split()})
            self._database.execute(
                "INSERT INTO passages(passages, rowid, title, text) VALUES ('delete', ?, ?, ?)",
                (number, row.title, row.text),
            )
        self._database.execute("COMMIT")
        if not self._of[document]:
            del self._of[document]
            self._frequency = +self._frequency
        return document in self._of

    def search(
        self,
        query: str,
        *,
        limit: int = 4,
        language: str = "",
        least: float = 0.0,
        among: Sequence[str] = (),
    ) -> list[Hit]:
        """The passages that `query` is about, best first, none with a score below `least`.

        The query is text, never a search expression. Passages in the query's own language come first; when its
        words do not tell which that is, those in `language` (a tag). `among`: looks at the passages of these few
        documents alone, and at all of them.
        """
        about, told = _asked(query[:_QUERY_LENGTH])
        weights = {word: self._weight(word) for word in about}
        asked = sorted(weights, key=lambda word: -weights[word])[:_QUERY_WORDS]
        known = {word: weights[word] for word in asked if word in self._frequency}
        total = sum([weights[word] for word in asked])
        # Where its words cannot have that score in any passage, nothing is looked up.
        if not known or sum(known.values()) < least * total:
            return []
        wanted = (told or language)[:2].lower()
        numbers = (
            self._best(*self._looked_up(known, least * total))
            if not among
            else [number for name in among for number in self._of.get(name, ())]
        )
        hits: list[Hit] = []
        for number in numbers:
            row = self._rows[number]
            score = _share(known, f" {row.title} {row.text} ", least * total) / total
            if score < least:
                continue
            passage = row.passage
            foreign = wanted and passage.language and passage.language[:2].lower() != wanted
            hits.append(Hit(passage, score, score * (_OTHER_LANGUAGE if foreign else 1.0)))
        hits.sort(key=lambda hit: -hit.rank)  # stable: BM25's order among equals
        return hits[:limit]

    def tidy(self, *, afresh: bool) -> bool:
        """Puts together some of what was inserted bit by bit, which makes searching faster; False when all of it is.

        `afresh`: something was inserted since it last was.
        """
        before = self._database.total_changes
        pages = -_PAGES if afresh else _PAGES
        self._database.execute("INSERT INTO passages(passages, rank) VALUES ('merge', ?)", (pages,))
        return self._database.total_changes - before > 1

    def beside(self, passage: Passage) -> list[Passage]:
        """All passages of the document that `passage` is from, in its language and in order."""
        whole = (self._rows[number].passage for number in self._of.get(passage.document, ()))
        return [each for each in whole if each.language == passage.language]

    def _best(self, looked_up: Sequence[str], most: int) -> list[int]:
        """The numbers of the passages that are the best by BM25."""
        rows = self._database.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, ?, 1.0) LIMIT ?",
            (" OR ".join([f'"{word}"' for word in looked_up]), _TITLE_WEIGHT, most),
        )
        return [number for (number,) in rows]

    def _looked_up(self, known: Mapping[str, float], least: float) -> tuple[list[str], int]:
        """The first of `known`, rarest first, as long as not too many passages have them: that is what takes time. And
        how many of these passages are looked at closely.

        A passage with none of them has no more than what the other words weigh. Once that is below `least` they are
        enough, where all passages that have them can be looked at.
        """
        looked_up: list[str] = []
        passages, left = 0, sum(known.values())
        for word in [*known][:_SEARCH_WORDS]:
            if passages + self._frequency[word] > _MOST_MATCHES and looked_up:
                break
            looked_up.append(word)
            passages += self._frequency[word]
            left -= known[word]
            if left < least and passages <= _ALL_CANDIDATES:
                return looked_up, _ALL_CANDIDATES
        return looked_up, _CANDIDATES

    def _weight(self, word: str) -> float:
        """The inverse document frequency of `word`, as BM25 has it."""
        times = self._frequency.get(word, 0)
        return math.log(1 + (len(self._rows) - times + 0.5) / (times + 0.5))
