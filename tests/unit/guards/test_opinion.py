"""The second opinion on Spanish sentences: who is asked, and that the n-grams go on without it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guards.claims.features import features
from guards.claims.marking import MOST_DOUBTED, drafted
from guards.claims.opinion import Floats, Opinion, _warn, read
from guards.claims.worthy import Worthy, worthy
from guards.e5 import E5, TOKENS, WEIGHTS, WORDS, e5

SENTENCES = [
    "La catedral de Burgos se empezó a construir en 1221.",
    "El equipo jugó mejor en la segunda parte.",
    "Los precios suben y nadie hace nada.",
    "Hoy el cielo está muy bonito.",
]


class Asked:
    """E5, and what it was asked."""

    def __init__(self, asked: E5) -> None:
        self._asked, self.texts = asked, list[str]()

    def state(self, text: str) -> Floats:
        self.texts.append(text)
        return self._asked.state(text)


def opinion() -> Opinion:
    found = worthy().opinion
    assert found is not None
    return found


def alone() -> Worthy:
    return replace(worthy(), opinion=None)


def test_it_is_asked_of_doubtful_spanish_sentences_and_of_no_others() -> None:
    low, high = opinion().doubted
    for sentence in (*SENTENCES, "The cathedral of Burgos was begun in 1221."):
        seen = features(sentence)
        before, after = (model.odds(sentence, seen, tweet=False) for model in (alone(), worthy()))
        assert (after != before) == (seen.spanish and low <= before <= high)


def test_some_of_them_are_doubtful_and_some_are_not() -> None:
    low, high = opinion().doubted
    doubted = [
        low <= alone().odds(sentence, features(sentence), tweet=False) <= high for sentence in SENTENCES
    ]
    assert any(doubted)
    assert not all(doubted)


def test_only_the_first_sentences_of_a_reply_are_asked_about_and_each_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    low, high = opinion().doubted
    said = [f"A los del turno {number} les gusta más trabajar por la tarde." for number in range(60)]
    doubted = [low <= alone().odds(one, features(one), tweet=False) <= high for one in said]
    assert all(doubted)
    asked = Asked(e5())
    monkeypatch.setattr("guards.claims.opinion.e5", lambda: asked)
    drafted(" ".join(said))
    assert asked.texts == [read(one) for one in said[:MOST_DOUBTED]]


def test_what_both_say_counts() -> None:
    assert all(weight > 0 for weight in opinion().together[:2])


def test_the_network_tells_what_is_stated_from_what_is_felt() -> None:
    stated, felt = (
        opinion().logit(e5().state(text)) for text in ("el paro bajó un 2 % en 2019", "qué asco de día")
    )
    assert stated > felt


def test_where_e5_cannot_be_read_the_n_grams_judge_alone_and_say_so_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for whole in (TOKENS, WORDS):
        (tmp_path / whole.name).write_bytes(whole.read_bytes())
    (tmp_path / WEIGHTS.name).write_bytes(WEIGHTS.read_bytes()[:1000])
    monkeypatch.setattr("guards.claims.opinion.e5", lambda: E5(tmp_path / WEIGHTS.name))
    _warn.cache_clear()
    for sentence in (*SENTENCES, "La obra terminó y la gente volvió a la plaza.", *SENTENCES):
        seen = features(sentence)
        assert worthy().odds(sentence, seen, tweet=False) == alone().odds(sentence, seen, tweet=False)
        assert sentence not in caplog.text
    assert caplog.text.count("E5 cannot be used") == 1
