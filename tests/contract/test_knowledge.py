"""What every `Knowledge` must do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.knowledge.documents import DocumentHead, KnowledgeFull, head_of
from bot.knowledge.passages import Passage
from bot.store.base import Store
from tests.helpers import PLAZA, message

HERE = PLAZA.community_key
ELSEWHERE = "test/elsewhere"


def text(name: str, number: int = 2, words: str = "Be kind.") -> list[Passage]:
    return [Passage(name, f"{name} › {place}", f"{words} {place}", "en") for place in range(number)]


async def learn(store: Store, name: str, number: int = 2, *, turn: str = "") -> DocumentHead:
    passages = text(name, number)
    return await store.learn(HERE, head_of(name, passages, at=10.5, by="Mo: ñ", turn=turn), passages)


async def test_a_document_comes_back_as_it_was(store: Store) -> None:
    kept = await learn(store, "rules ñ.md")
    assert (kept.version, kept.passages, kept.revision) == (1, 2, 1)
    assert (await store.catalogue(HERE)).heads == (kept,)
    assert list(await store.passages(HERE, "rules ñ.md")) == text("rules ñ.md")


async def test_a_document_of_the_same_name_replaces_it_and_its_version_grows(store: Store) -> None:
    await learn(store, "rules", 3)
    again = await learn(store, "rules", 1)
    assert (again.version, again.passages) == (2, 1)
    assert (await store.catalogue(HERE)).passages == 1
    assert list(await store.passages(HERE, "rules")) == text("rules", 1)


async def test_the_same_turn_again_changes_nothing(store: Store) -> None:
    first = await learn(store, "rules", turn="t1")
    assert await learn(store, "rules", turn="t1") == first
    assert (await learn(store, "rules", turn="t2")).version == 2


async def test_a_removed_document_is_gone_and_its_room_is_free(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 3)
    kept = await learn(store, "rules", 3)
    assert await store.unlearn(HERE, "rules") == kept
    assert await store.unlearn(HERE, "rules") is None
    assert (await store.catalogue(HERE)).heads == ()
    assert list(await store.passages(HERE, "rules")) == []
    await learn(store, "others", 3)


async def test_one_passage_too_many_is_refused_and_nothing_is_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(monkeypatch, 5)
    await learn(store, "rules", 3)
    before = await store.catalogue(HERE)
    with pytest.raises(KnowledgeFull) as refused:
        await learn(store, "more", 3)
    assert (refused.value.passages, refused.value.most) == (6, 5)
    with pytest.raises(KnowledgeFull):
        await learn(store, "rules", 6)
    assert await store.catalogue(HERE) == before
    assert list(await store.passages(HERE, "rules")) == text("rules", 3)
    # What it replaces does not count.
    assert (await learn(store, "rules", 5)).version == 2


def limit(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("bot.store.memory_knowledge.MOST_PASSAGES", most)
    monkeypatch.setattr("bot.store.redis.knowledge.MOST_PASSAGES", most)


async def test_communities_stay_apart(store: Store) -> None:
    kept = await learn(store, "secret")
    assert (await store.catalogue(ELSEWHERE)).heads == ()
    assert list(await store.passages(ELSEWHERE, "secret")) == []
    assert await store.unlearn(ELSEWHERE, "secret") is None
    theirs = [Passage("secret", "theirs", "Theirs.", "")]
    assert (await store.learn(ELSEWHERE, replace(kept, turn=""), theirs)).version == 1
    assert list(await store.passages(HERE, "secret")) == text("secret")
    assert (await store.catalogue(HERE)).heads == (kept,)


async def test_no_name_of_a_document_reaches_into_another_community(store: Store) -> None:
    names = ("../elsewhere", "elsewhere:x", f"{HERE}:x", "a/b", "*", "{0}", "x y", "a\nb", "")
    for name in names:
        await learn(store, name, 1)
    assert [head.name for head in (await store.catalogue(HERE)).heads] == sorted(names)
    for community in (ELSEWHERE, "test/plaza%2Fx", "test/plaz"):
        assert (await store.catalogue(community)).heads == ()
    for name in names:
        assert list(await store.passages(HERE, name)) == text(name, 1)


async def test_every_change_is_seen_in_what_a_turn_loads(store: Store) -> None:
    async def revision() -> int:
        return (await store.load(message(), 1)).knowledge

    seen = [await revision()]
    await learn(store, "rules")
    seen.append(await revision())
    await learn(store, "rules")
    seen.append(await revision())
    await store.unlearn(HERE, "rules")
    seen.append(await revision())
    assert seen == [0, 1, 2, 3]
    assert (await store.catalogue(HERE)).revision == 3
    elsewhere = replace(message(), ref=replace(PLAZA, community="elsewhere"))
    assert (await store.load(elsewhere, 1)).knowledge == 0


async def test_what_cannot_be_written_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        await store.learn(HERE, head_of("x", [], at=0.0, by=""), [Passage("x", "x", "\ud800", "")])
    assert (await store.catalogue(HERE)).heads == ()
