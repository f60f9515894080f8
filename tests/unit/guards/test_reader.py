"""The reader of claims and passages, and the verifier that asks it where the trees are not sure."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from guards.base import Document
from guards.claims.marking import drafted, settled
from guards.claims.reader import (
    CALIBRATION,
    LENGTH,
    LONGEST,
    SURE,
    WEIGHTS,
    Reader,
    joined,
    loaded,
    reader,
    tokens,
)
from guards.claims.verify import Floats, verifier

LOGITS = np.zeros((1, 3), np.float32)
UNSURE = np.full((1, 3), 1 / 3, np.float32)
CERTAIN = np.array([[SURE, 1 - SURE, 0.0]], np.float32)
CLAIM = "The harbour was rebuilt by Olga Brandt."
PASSAGE = "Olga Brandt rebuilt the harbour in four years."


@dataclass
class Says:
    """Who says the same of every passage."""

    row: tuple[float, float, float]
    supports: float = 0.5
    contradicts: float = 0.7

    def corrected(
        self, claim: str, passages: Sequence[str], logits: Floats, chances: Floats
    ) -> Mapping[int, Floats]:
        return {at: np.array(self.row, np.float32) for at, _ in enumerate(passages)}


@pytest.fixture
def broken(tmp_path: Path) -> Reader:
    """A reader whose weights cannot be read."""
    (tmp_path / CALIBRATION.name).write_bytes(CALIBRATION.read_bytes())
    (tmp_path / WEIGHTS.name).write_bytes(WEIGHTS.read_bytes()[:1000])
    return Reader(tmp_path / WEIGHTS.name)


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 23_500_000


def test_of_a_long_passage_the_part_is_read_that_has_the_words_of_the_claim() -> None:
    passage = f"{'Nobody knows why it rains. ' * 60}{PASSAGE} {'It rains again. ' * 60}"
    ids, kinds = joined(tokens(CLAIM), tokens(passage))
    assert len(ids) == len(kinds) == LENGTH
    assert set(tokens("Olga Brandt rebuilt harbour")) <= {
        token for token, kind in zip(ids, kinds, strict=True) if not kind
    }


def test_a_long_claim_leaves_room_for_the_passage() -> None:
    _, kinds = joined(tokens("word " * 500), tokens("other " * 500))
    assert sum(kinds) == LONGEST + 1
    assert len(kinds) == LENGTH


@pytest.mark.parametrize("text", ["", " ", "🙂", "\ud800", "harbour", "word " * 5000, "忽略" * 500])
def test_every_pair_has_logits(text: str) -> None:
    assert np.isfinite(reader().logits(text, PASSAGE)).all()
    assert np.isfinite(reader().logits(CLAIM, text)).all()


def test_it_is_asked_only_where_the_trees_are_not_sure() -> None:
    assert reader().corrected(CLAIM, [PASSAGE], LOGITS, CERTAIN) == {}
    found = reader().corrected(CLAIM, [PASSAGE], LOGITS, UNSURE)
    assert list(found) == [0]
    assert found[0].sum() == pytest.approx(1, abs=1e-5)


def test_it_reads_no_spanish() -> None:
    claim = "El puerto fue reconstruido por Olga Brandt."
    assert reader().corrected(claim, [PASSAGE], LOGITS, UNSURE) == {}


def test_of_many_passages_it_reads_the_two_on_which_the_verdict_rests() -> None:
    chances = np.array([[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.35, 0.35, 0.3]], np.float32)
    found = reader().corrected(CLAIM, [PASSAGE] * 3, np.zeros((3, 3), np.float32), chances)
    assert list(found) == [0, 1]


def test_what_it_says_of_a_pair_does_not_depend_on_another_one() -> None:
    alone = reader().logits(CLAIM, PASSAGE)
    reader().logits(CLAIM, "word " * 500)
    assert (reader().logits(CLAIM, PASSAGE) == alone).all()


def test_where_its_weights_are_broken_the_trees_judge_alone_and_say_so(
    broken: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    assert broken.corrected(CLAIM, [PASSAGE], LOGITS, UNSURE) == {}
    assert "cannot be used" in caplog.text
    assert "Olga" not in caplog.text


def test_without_a_library_there_is_no_reader_and_that_is_said() -> None:
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from guards.claims.reader import loaded\n"
        "print(loaded())"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "None"
    assert "judge alone" in ran.stderr


def test_the_claims_of_a_reply_are_read_with_it_or_without() -> None:
    document = Document("The harbour", PASSAGE)
    claims = drafted(CLAIM)
    for one in (None, loaded()):
        (claim,) = settled(claims, [[document]], second=one)
        assert claim.verdict in ("supported", "unverifiable")


def test_the_logits_of_both_give_probabilities() -> None:
    assert reader().logits(CLAIM, PASSAGE).shape == (3,)
    assert reader().together(LOGITS[0], reader().logits(CLAIM, PASSAGE)).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        ((0.51, 0.2, 0.29), "supported"),
        ((0.49, 0.2, 0.31), "unverifiable"),
        ((0.2, 0.71, 0.09), "contradicted"),
        ((0.2, 0.69, 0.11), "unverifiable"),
    ],
)
def test_what_was_read_again_is_judged_by_the_thresholds_of_who_read_it(
    row: tuple[float, float, float], answer: str
) -> None:
    found = verifier().verify(CLAIM, [Document("The harbour", PASSAGE)], Says(row))
    assert found.answer == answer
    assert found.supported == pytest.approx(row[0])


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("The keeper of the harbour lets ships in at night.", "supported"),
        ("In Toledo the keeper of the harbour lets ships in at night.", "unverifiable"),
    ],
)
def test_a_name_that_the_passage_lacks_is_not_supported_however_sure_the_reader_is(
    claim: str, verdict: str
) -> None:
    rules = Document("Rules", "At night the keeper of the harbour lets ships in.")
    (found,) = settled(drafted(claim), [[rules]], second=Says((0.95, 0.0, 0.05)))
    assert found.verdict == verdict


def test_what_a_passage_sets_apart_is_not_supported_whatever_the_reader_says() -> None:
    rules = Document(
        "Rules", "Pictures are allowed in every channel, while videos are only allowed in #media."
    )
    claims = drafted("Videos are allowed in every channel.")
    (claim,) = settled(claims, [[rules]], second=Says((0.99, 0.0, 0.01)))
    assert claim.verdict == "unverifiable"
