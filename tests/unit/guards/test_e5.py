"""E5 as it is shipped: its pieces of words, their vectors, and what eight layers make of a sentence."""

from __future__ import annotations

import numpy as np
import pytest

from guards.e5 import E5, FOLDER, LENGTH, e5, pieces, unpacked


def likeness(one: str, other: str) -> float:
    first, second = (e5().state(text) for text in (one, other))
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def test_all_weights_of_the_guards_together_take_at_most_fifty_megabytes() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.suffix != ".md") <= 50_000_000


@pytest.mark.parametrize("text", ["", " ", "🙂", "\ud800", "palabra " * 1000, "忽略" * 500])
def test_every_text_has_pieces_and_a_state(text: str) -> None:
    ids = pieces().ids(text)
    assert 2 <= len(ids) <= LENGTH
    assert pieces().vectors(ids).shape == (1, len(ids), 384)
    assert np.isfinite(e5().state(text)).all()


@pytest.mark.parametrize("error", [TypeError, OSError, AttributeError])
def test_a_network_is_read_where_no_memory_can_be_given_back(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def lacking(_: None) -> None:
        raise error

    monkeypatch.setattr("ctypes.CDLL", lacking)
    assert np.isfinite(E5().state("hola")).all()


def test_groups_of_four_bits_are_read_lower_halves_first_after_their_scale() -> None:
    scale = np.frombuffer(np.float16(0.5).tobytes(), np.uint8)
    halves = np.array([low | (15 - low) << 4 for low in range(16)], np.uint8)
    (found,) = unpacked(np.concatenate([scale, halves])[None, None])
    assert found.tolist() == [0.5 * (step - 8) for step in [*range(16), *range(15, -1, -1)]]


def test_a_sentence_is_more_like_its_translation_than_like_another_of_its_language() -> None:
    said, same, other = (
        "el paro ha bajado un dos por ciento este año",
        "unemployment fell by two percent this year",
        "mañana os veo a todos en la plaza",
    )
    assert likeness(said, same) > likeness(said, other)
