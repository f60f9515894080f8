"""What every `Mailboxes` must do."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from adapters.base import Busy, ConversationRef, Final, Message, Notice, ReplyTo
from bot.conversation import HistoryTurn, LastTurn, Summary
from bot.store.base import MAILBOX_LIMIT, Claim, Commit, LeaseLost, Store, partition_of
from tests.contract.conftest import LEASE
from tests.helpers import ANA, BEN, PLAZA, eventually, message

HERE = partition_of(PLAZA)
DONE = Commit()
NOW = time.time()


async def claimed(store: Store, worker: str = "w1", wait: float = 2.0) -> Claim:
    claim = await store.claim(worker, HERE, wait)
    assert claim is not None
    return claim


async def nothing(store: Store, worker: str = "w9") -> bool:
    return await store.claim(worker, HERE, 0.01) is None


async def test_a_delivered_message_is_claimed_as_it_was(store: Store) -> None:
    sent = message("hola, ¿qué tal?\n\u200d👩‍👩‍👧")
    assert await store.deliver(sent)
    claim = await claimed(store)
    assert claim.message == sent
    assert claim.attempts == 1
    assert claim.conversation == PLAZA.key


async def test_the_same_event_twice_is_one_message(store: Store) -> None:
    sent = message()
    assert await store.deliver(sent)
    assert not await store.deliver(sent)
    assert await store.commit(await claimed(store), DONE) is None
    assert not await store.deliver(sent)
    assert await nothing(store)


async def test_the_same_id_on_another_platform_is_another_message(store: Store) -> None:
    first = message()
    other = message(id=first.id, ref=ConversationRef("elsewhere", "plaza", "general"))
    assert await store.deliver(first)
    assert await store.deliver(other)


async def test_one_conversation_has_one_owner_and_keeps_its_order(store: Store) -> None:
    sent = [message(f"number {n}") for n in range(5)]
    for each in sent:
        await store.deliver(each)
    claim: Claim | None = await claimed(store)
    assert await nothing(store)
    seen = []
    while claim:
        seen.append(claim.message)
        claim = await store.commit(claim, DONE)
    assert seen == sent
    assert await nothing(store)


async def test_other_conversations_go_on_beside_it(store: Store) -> None:
    there = ConversationRef("test", "plaza", "other")
    await store.deliver(message("here"))
    await store.deliver(message("there", ref=there))
    first = await claimed(store, "w1")
    second = await claimed(store, "w2")
    assert {first.conversation, second.conversation} == {PLAZA.key, there.key}


async def test_a_waiting_claim_gets_what_arrives_meanwhile(store: Store) -> None:
    waiting = asyncio.create_task(store.claim("w1", HERE, 10.0))
    await asyncio.sleep(0)
    await store.deliver(message("late"))
    claim = await asyncio.wait_for(waiting, 5.0)
    assert claim is not None
    assert claim.message.text == "late"


async def test_a_message_that_arrives_during_work_is_next(store: Store) -> None:
    await store.deliver(message("one"))
    claim = await claimed(store)
    await store.deliver(message("two"))
    after = await store.commit(claim, DONE)
    assert after is not None
    assert (after.message.text, after.attempts) == ("two", 1)


async def test_a_dead_workers_conversation_is_claimed_by_another_and_it_is_fenced_off(store: Store) -> None:
    await store.deliver(message("orphan"))
    dead = await claimed(store, "dead")
    claim = await eventually(lambda: store.claim("alive", HERE, 0.05))
    assert claim.message == dead.message
    assert (claim.attempts, claim.taken, claim.vanished) == (1, 2, 1)
    with pytest.raises(LeaseLost):
        await store.commit(dead, Commit(turn=turn("from the dead")))
    assert not await store.renew(dead)
    assert await store.commit(claim, DONE) is None
    assert (await store.load(message(), 10)).conversation.turns == ()


async def test_a_worker_that_claims_its_own_lost_conversation_again_fences_off_its_former_self(
    store: Store,
) -> None:
    await store.deliver(message())
    before = await claimed(store, "w1")
    again = await eventually(lambda: store.claim("w1", HERE, 0.05))
    assert again.entry == before.entry
    with pytest.raises(LeaseLost):
        await store.commit(before, DONE)
    await store.commit(again, DONE)


async def test_renewing_keeps_a_slow_turn(store: Store) -> None:
    await store.deliver(message("slow"))
    claim = await claimed(store)
    until = asyncio.get_running_loop().time() + 3 * LEASE
    while asyncio.get_running_loop().time() < until:
        assert await store.renew(claim)
        assert await store.claim("thief", HERE, LEASE / 8) is None
    assert await store.commit(claim, DONE) is None


async def test_abandoning_gives_back_at_once_and_counts_only_failures(store: Store) -> None:
    await store.deliver(message())
    claim = await claimed(store)
    await store.abandon(claim)
    claim = await claimed(store, "w2")
    assert (claim.attempts, claim.error) == (1, "")
    await store.abandon(claim, "ValueError in engine.py:1")
    claim = await claimed(store, "w3")
    assert (claim.attempts, claim.error) == (2, "ValueError in engine.py:1")
    await store.commit(claim, DONE)
    await store.deliver(message("next"))
    claim = await claimed(store)
    assert (claim.attempts, claim.error) == (1, "")


async def taken_over(store: Store) -> Claim:
    """The next claim, once the one before has run out."""
    claim = await eventually(lambda: store.claim("next", HERE, 0.05))
    assert isinstance(claim, Claim)
    return claim


async def test_a_worker_that_vanishes_counts_apart_from_what_failed(store: Store) -> None:
    await store.deliver(message())
    await store.abandon(await claimed(store), "ValueError")
    for number in range(3):
        claim = await claimed(store) if number == 0 else await taken_over(store)
        assert (claim.attempts, claim.error, claim.vanished) == (2, "ValueError", number)
    await store.abandon(claim)
    claim = await claimed(store)
    assert (claim.attempts, claim.vanished) == (2, 2)
    await store.deliver(message("next"))
    following = await store.commit(claim, DONE)
    assert following is not None
    assert (following.attempts, following.error, following.vanished) == (1, "", 0)
    claim = await taken_over(store)
    assert (claim.message.text, claim.attempts, claim.vanished) == ("next", 1, 1)


async def test_a_worker_that_vanishes_while_alone_with_a_message_is_a_failed_attempt(store: Store) -> None:
    await store.deliver(message())
    await store.abandon(await claimed(store), "ValueError")
    claim = await claimed(store)
    await store.alone(claim)
    again = await taken_over(store)
    # What it died of, it could not say.
    assert (again.attempts, again.error, again.vanished) == (3, "", 0)
    with pytest.raises(LeaseLost):
        await store.alone(claim)
    # Being alone is over with the claim.
    again = await taken_over(store)
    assert (again.attempts, again.vanished) == (3, 1)


@pytest.mark.parametrize("error", ["", "ValueError"])
async def test_being_alone_ends_when_the_message_is_given_back(store: Store, error: str) -> None:
    await store.deliver(message())
    claim = await claimed(store)
    await store.alone(claim)
    await store.alone(claim)
    await store.abandon(claim, error)
    claim = await claimed(store)
    assert (claim.attempts, claim.error, claim.vanished) == (2 if error else 1, error, 0)
    claim = await taken_over(store)
    assert (claim.attempts, claim.vanished) == (2 if error else 1, 1)


async def test_being_alone_ends_with_the_message(store: Store) -> None:
    for text in ("one", "two"):
        await store.deliver(message(text))
    claim = await claimed(store)
    await store.alone(claim)
    await store.commit(claim, DONE)
    claim = await taken_over(store)
    assert (claim.message.text, claim.attempts, claim.vanished) == ("two", 1, 1)


async def test_a_message_that_is_taken_up_again_never_gets_the_same_number(store: Store) -> None:
    await store.deliver(message())
    claim = await claimed(store)
    await store.abandon(claim)
    again = await claimed(store, "w2")
    await store.abandon(again, "ValueError")
    last = await claimed(store, "w3")
    assert (claim.taken, again.taken, last.taken) == (1, 2, 3)
    await store.deliver(message("next"))
    following = await store.commit(last, DONE)
    assert following is not None
    assert following.taken == 1
    await store.abandon(following)
    assert (await claimed(store)).taken == 2


async def test_a_dead_workers_conversation_is_found_behind_many_living_ones(store: Store) -> None:
    claims: list[Claim] = []
    for number in range(25):
        await store.deliver(message(ref=ConversationRef("test", "plaza", f"c{number}")))
        claims.append(await claimed(store))
        # On a slow machine the first lease would have run out before the last is taken.
        assert all(await asyncio.gather(*map(store.renew, claims)))
    *living, dead = claims

    async def orphan() -> Claim | None:
        assert all(await asyncio.gather(*map(store.renew, living)))
        return await store.claim("w2", HERE, 0.01)

    found = await eventually(orphan)
    assert found.conversation == dead.conversation


async def test_a_worker_that_leaves_gives_back_all_it_holds(store: Store) -> None:
    refs = [ConversationRef("test", "plaza", f"c{n}") for n in range(3)]
    for ref in refs:
        await store.deliver(message(ref=ref))
        await claimed(store, "leaving")
    assert await store.workers() == ["leaving"]
    await store.leave("leaving")
    assert await store.workers() == []
    taken = {(await claimed(store, "w2")).conversation for _ in refs}
    assert taken == {ref.key for ref in refs}


async def test_a_commit_whose_answer_was_lost_can_be_sent_again(store: Store) -> None:
    for text in ("one", "two"):
        await store.deliver(message(text))
    claim = await claimed(store)
    commit = Commit(turn=turn("one"))
    first = await store.commit(claim, commit)
    again = await store.commit(claim, commit)
    assert first is not None
    assert again is not None
    assert first.message == again.message
    assert len((await store.load(message(), 10)).conversation.turns) == 1


async def test_a_commit_changes_everything_at_once(store: Store) -> None:
    sent = message("question")
    await store.deliver(sent)
    final = Final("t1", 3, PLAZA, sent.reply_to, "answer")
    last = LastTurn("t1", "answered", "allow", (("injection", "override", 0.6, "why"),), "model", 1.0)
    await store.commit(
        await claimed(store), Commit((final,), turn("question"), (), last, Summary("before", 4))
    )
    loaded = await store.load(sent, 10)
    assert loaded.conversation.turns == (turn("question"),)
    assert loaded.conversation.total == 1
    assert loaded.conversation.summary == Summary("before", 4)
    assert loaded.last == last
    assert [event for _, event in await store.read("test", HERE, 1.0)] == [final]


async def test_each_event_of_a_commit_goes_to_its_own_route(store: Store) -> None:
    await store.deliver(message())
    events = [
        Notice("t1", number, PLAZA, ReplyTo(route), route)
        for number, route in enumerate(("test", "moderators", "terminal-1"))
    ]
    await store.commit(await claimed(store), Commit(tuple(events)))
    for event in events:
        assert [found for _, found in await store.read(event.to.route, HERE, 0.1)] == [event]


@pytest.mark.parametrize(
    "commit",
    [
        Commit((Final("t1", 1, PLAZA, ReplyTo("test"), "a\ud800b"),)),
        Commit(turn=HistoryTurn("t1", "u1", "Ana", "a\ud800b", "reply", NOW)),
    ],
)
async def test_a_commit_that_cannot_be_stored_says_so_and_changes_nothing(
    store: Store, commit: Commit
) -> None:
    await store.deliver(message("hello"))
    claim = await claimed(store)
    with pytest.raises(ValueError, match="surrogate"):
        await store.commit(claim, commit)
    assert (await store.load(message(), 10)).conversation.total == 0
    assert await store.commit(claim, DONE) is None


async def test_a_members_last_turn_is_each_members_own(store: Store) -> None:
    for author in (ANA, BEN):
        last = LastTurn(author.id, "answered", "allow", (), "model", NOW)
        await store.deliver(message(author=author))
        await store.commit(await claimed(store), Commit(last=last))
    for author in (ANA, BEN):
        found = (await store.load(message(author=author), 1)).last
        assert found is not None
        assert found.turn == author.id


async def test_a_reset_forgets_the_conversation(store: Store) -> None:
    for text, commit in (("a", Commit(turn=turn("a"), summary=Summary("s", 1))), ("b", Commit(reset=True))):
        await store.deliver(message(text))
        await store.commit(await claimed(store), commit)
    conversation = (await store.load(message(), 10)).conversation
    assert (conversation.turns, conversation.total, conversation.summary) == ((), 0, None)


async def test_a_given_up_message_is_kept_with_its_error(store: Store) -> None:
    for _ in range(2):
        sent = message("poison")
        await store.deliver(sent)
        await store.commit(await claimed(store), Commit(dead_letter="ValueError"))
    newest, *rest = await store.dead_letters(HERE, 10)
    assert (newest.message, newest.error) == (sent, "ValueError")
    assert len(rest) == 1


OTHER = ConversationRef("test", "plaza", "other")


async def given_up(store: Store, *texts: str, ref: ConversationRef = PLAZA) -> list[Message]:
    sent = [message(text, ref=ref) for text in texts]
    for each in sent:
        await store.deliver(each)
        await store.commit(await claimed(store), Commit(dead_letter="ValueError"))
    return sent


async def said(store: Store) -> list[Message]:
    """All that waits, in order, answered."""
    found = []
    while claim := await store.claim("w1", HERE, 0.01):
        following: Claim | None = claim
        while following:
            found.append(following.message)
            following = await store.commit(following, DONE)
    return found


async def test_what_was_given_up_is_played_back_once_in_order_and_as_it_was(store: Store) -> None:
    first = await given_up(store, "one", "two")
    there = await given_up(store, "there", ref=OTHER)
    first += await given_up(store, "three")
    await store.deliver(message("new"))
    assert await store.play_back(HERE) == 4
    assert await store.dead_letters(HERE, 10) == []
    assert await store.play_back(HERE) == 0
    found = await said(store)
    new, *here = [each for each in found if each.ref == PLAZA]
    assert new.text == "new"
    assert [replace(each, id="") for each in here] == [replace(each, id="") for each in first]
    assert [each.text for each in found if each.ref == OTHER] == [each.text for each in there]
    assert len({each.id for each in (*first, *there, *found)}) == 9


async def test_what_was_played_back_is_tried_anew_and_may_be_given_up_again(store: Store) -> None:
    (sent,) = await given_up(store, "poison")
    ids = {sent.id}
    for _ in range(2):
        assert await store.play_back(HERE) == 1
        claim = await claimed(store)
        assert (claim.attempts, claim.taken, claim.error, claim.vanished) == (1, 1, "", 0)
        ids.add(claim.message.id)
        await store.commit(claim, Commit(dead_letter="KeyError"))
        (letter,) = await store.dead_letters(HERE, 10)
        assert (letter.message, letter.error) == (claim.message, "KeyError")
    assert len(ids) == 3


async def test_what_finds_its_mailbox_full_stays_a_dead_letter_and_keeps_its_place(store: Store) -> None:
    here = await given_up(store, "one", "two", "three")
    await given_up(store, "there", ref=OTHER)
    for number in range(MAILBOX_LIMIT - 1):
        await store.deliver(message(str(number)))
    assert await store.play_back(HERE) == 2
    assert [letter.message for letter in await store.dead_letters(HERE, 10)] == here[:0:-1]
    assert len(await said(store)) == MAILBOX_LIMIT + 1
    assert await store.play_back(HERE) == 2
    assert [each.text for each in await said(store)] == ["two", "three"]


async def test_a_full_mailbox_refuses_and_forgets_that_it_saw_the_event(store: Store) -> None:
    for _ in range(MAILBOX_LIMIT):
        await store.deliver(message())
    refused = message("one too many")
    with pytest.raises(Busy):
        await store.deliver(refused)
    claim = await claimed(store)
    await store.commit(claim, DONE)
    assert await store.deliver(refused)


async def test_an_id_and_a_name_may_hold_anything(store: Store) -> None:
    odd = ConversationRef("test", "a/b", "ñ {1}\x00", "*?[")
    sent = message(ref=odd, id="id {x}\n \x00 ñ", reply_to=ReplyTo("test"))
    await store.deliver(sent)
    claim = await store.claim("w1", partition_of(odd), 2.0)
    assert claim is not None
    assert claim.message == sent
    assert await store.commit(claim, Commit(turn=turn("x"))) is None
    assert (await store.load(sent, 1)).conversation.total == 1


def turn(text: str) -> HistoryTurn:
    return HistoryTurn("t", ANA.id, ANA.name, text, f"reply to {text}", NOW)
