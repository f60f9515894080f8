"""What every `Mailboxes` must do with messages that are taken back."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from adapters.base import CommandUse, Message, ReplyTo, Retracted
from bot.conversation import HistoryTurn, turn_id
from bot.gateway import Gateway
from bot.store.base import MAILBOX_LIMIT, Claim, Commit, Retraction, Store, partition_of
from tests.contract.test_cases import case
from tests.helpers import PLAZA, eventually, message
from tests.scripted import Platform

HERE = partition_of(PLAZA)
DONE = Commit()
UNKNOWN, WAITING = Retraction("unknown"), Retraction("waiting")


async def claimed(store: Store, worker: str = "w1") -> Claim:
    claim = await store.claim(worker, HERE, 2.0)
    assert claim is not None
    return claim


async def nothing(store: Store) -> bool:
    return await store.claim("w9", HERE, 0.01) is None


def deleted(of: Message) -> Retracted:
    return Retracted(of.ref, of.reply_to.message_id)


def edited(of: Message, text: str, number: int = 1) -> Retracted:
    new = replace(of, id=f"{of.reply_to.message_id}.e{number}", text=text)
    return Retracted(of.ref, of.reply_to.message_id, new)


def turn(of: Message) -> HistoryTurn:
    return HistoryTurn(turn_id(of), "u1", "Ana", of.text, "yes", time.time(), message=of.reply_to.message_id)


async def texts(store: Store) -> list[str]:
    """The messages that wait, each taken up and finished."""
    found = []
    claim: Claim | None = await store.claim("w1", HERE, 0.01)
    while claim is not None:
        found.append(claim.message.text)
        claim = await store.commit(claim, DONE)
    return found


# Waiting


async def test_a_waiting_message_that_is_deleted_is_never_worked_on(store: Store) -> None:
    first, second, third = (message(text) for text in ("one", "two", "three"))
    for each in (first, second, third):
        await store.deliver(each)
    assert await store.retract(deleted(second)) == WAITING
    assert await texts(store) == ["one", "three"]


async def test_the_only_waiting_message_can_be_deleted_and_the_next_one_is_heard(store: Store) -> None:
    first = message("one")
    await store.deliver(first)
    assert await store.retract(deleted(first)) == WAITING
    assert await nothing(store)
    await store.deliver(message("two"))
    assert await texts(store) == ["two"]
    assert await store.retractions(0.01) == []


async def test_an_edited_message_keeps_its_place(store: Store) -> None:
    sent = [message(text) for text in ("one", "two", "three")]
    for each in sent:
        await store.deliver(each)
    assert await store.retract(edited(sent[0], "1")) == WAITING
    assert await store.retract(edited(sent[1], "2")) == WAITING
    assert await store.retract(edited(sent[1], "II", 2)) == WAITING
    assert await texts(store) == ["1", "II", "three"]


async def test_the_same_edit_again_changes_nothing(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    await store.retract(edited(sent, "two"))
    claim = await claimed(store)
    assert await store.retract(edited(sent, "two")) == WAITING
    assert await store.retractions(0.01) == []
    assert await store.commit(claim, Commit(turn=turn(claim.message))) is None
    assert len((await store.load(sent, 9)).conversation.turns) == 1


async def test_a_text_that_names_another_message_is_not_taken_for_it(store: Store) -> None:
    sent = message('{"message_id":"m77","message":"m77"} m77')
    await store.deliver(sent)
    about = Retracted(PLAZA, "m77")
    assert await store.retract(about) == UNKNOWN
    await store.commit(await claimed(store), Commit(turn=turn(sent)))
    assert await store.retract(about) == UNKNOWN


async def test_an_id_that_another_one_begins_with_is_another_one(store: Store) -> None:
    sent = message(id="1234", reply_to=ReplyTo("test", "1234"))
    await store.deliver(sent)
    assert await store.retract(Retracted(PLAZA, "123")) == UNKNOWN
    assert await store.retract(Retracted(PLAZA, "1234")) == WAITING


# Worked on


async def test_what_is_worked_on_is_told_to_the_workers_and_its_turn_ends_in_vain(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    claim = await claimed(store)
    waiting = asyncio.create_task(store.retractions(10.0))
    await asyncio.sleep(0)
    assert await store.retract(deleted(sent)) == Retraction("worked_on", turn_id(sent))
    assert await waiting == [(PLAZA.key, sent.id)]
    assert await store.retractions(0.01) == []
    assert await store.commit(claim, Commit(turn=turn(sent))) is None
    assert (await store.load(sent, 9)).conversation.turns == ()
    assert await nothing(store)


async def test_what_comes_after_a_deleted_message_comes_to_the_worker_that_had_it(store: Store) -> None:
    sent, after = message("one"), message("two")
    await store.deliver(sent)
    claim = await claimed(store)
    await store.retract(deleted(sent))
    await store.deliver(after)
    # One conversation, one worker: also while the mailbox had nothing in it.
    assert await nothing(store)
    following = await store.commit(claim, Commit(turn=turn(sent)))
    assert following is not None
    assert (following.message, following.attempts, following.taken) == (after, 1, 1)
    assert (await store.load(sent, 9)).conversation.turns == ()
    assert await store.commit(following, DONE) is None
    assert await nothing(store)


async def test_the_next_of_several_follows_a_deleted_one(store: Store) -> None:
    sent, after = message("one"), message("two")
    for each in (sent, after):
        await store.deliver(each)
    claim = await claimed(store)
    await store.retract(deleted(sent))
    following = await store.commit(claim, Commit(turn=turn(sent)))
    assert following is not None
    assert following.message == after
    assert (await store.load(sent, 9)).conversation.turns == ()


async def test_an_edited_message_is_next_with_attempts_of_its_own(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    await store.abandon(await claimed(store), "it failed")
    claim = await claimed(store)
    assert claim.attempts == 2
    assert await store.retract(edited(sent, "two")) == Retraction("worked_on", turn_id(sent))
    assert await store.retract(edited(sent, "three", 2)) == WAITING
    following = await store.commit(claim, Commit(turn=turn(sent)))
    assert following is not None
    assert (following.message.text, following.attempts, following.taken) == ("three", 1, 1)
    assert following.message.reply_to == sent.reply_to
    assert await store.commit(following, Commit(turn=turn(following.message))) is None
    (kept,) = (await store.load(sent, 9)).conversation.turns
    assert kept.text == "three"


async def test_a_worker_that_gives_a_deleted_message_back_leaves_nothing(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    claim = await claimed(store)
    await store.retract(deleted(sent))
    await store.abandon(claim)
    assert await nothing(store)
    await store.deliver(message("two"))
    assert await texts(store) == ["two"]


async def test_what_goes_wrong_with_a_deleted_message_is_no_failure_of_the_next_one(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    claim = await claimed(store)
    await store.retract(deleted(sent))
    await store.alone(claim)
    await store.abandon(claim, "it failed")
    assert await nothing(store)
    await store.deliver(message("two"))
    claim = await claimed(store)
    assert (claim.message.text, claim.attempts, claim.error) == ("two", 1, "")


async def test_a_dead_workers_deleted_message_is_not_taken_up_again(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    await claimed(store, "dead")
    await store.retract(deleted(sent))
    await store.deliver(message("two"))
    claim = await eventually(lambda: store.claim("alive", HERE, 0.05))
    assert (claim.message.text, claim.attempts) == ("two", 1)


async def test_of_a_message_that_was_tried_before_words_may_be_shown(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    await store.abandon(await claimed(store))
    assert await store.retract(deleted(sent)) == Retraction("worked_on", turn_id(sent))
    assert await nothing(store)


# Answered


async def test_an_answered_message_is_found_by_its_turn(store: Store) -> None:
    sent = [message(str(number)) for number in range(3)]
    for each in sent:
        await store.deliver(each)
        await store.commit(await claimed(store), Commit(turn=turn(each)))
    assert await store.retract(deleted(sent[1])) == Retraction("answered", turn_id(sent[1]))
    assert await store.retract(edited(sent[1], "new")) == Retraction("answered", turn_id(sent[1]))
    kept = (await store.load(sent[0], 9)).conversation.turns
    assert [each.text for each in kept] == ["0", "1", "2"]
    assert await nothing(store)


async def test_a_message_is_found_however_long_the_history(store: Store) -> None:
    sent = message("the first")
    await store.deliver(sent)
    await store.deliver(message("0"))
    claim = await store.commit(await claimed(store), Commit(turn=turn(sent)))
    for number in range(1, 1001):
        assert claim is not None
        await store.deliver(message(str(number)))
        claim = await store.commit(claim, Commit(turn=turn(claim.message)))
    assert await store.retract(deleted(sent)) == Retraction("answered", turn_id(sent))


async def test_a_message_without_a_turn_in_history_is_found_too(store: Store) -> None:
    # Blocked, failed, or a command's: there is a notice about it all the same.
    plain, changed = message("one"), message("two")
    for each in (plain, changed):
        await store.deliver(each)
    new = edited(changed, "three")
    await store.retract(new)
    assert await texts(store) == ["one", "three"]
    assert new.replacement is not None
    assert await store.retract(deleted(plain)) == Retraction("answered", turn_id(plain))
    assert await store.retract(deleted(changed)) == Retraction("answered", turn_id(new.replacement))


async def test_a_message_that_was_never_taken_in_is_unknown(store: Store) -> None:
    assert await store.retract(deleted(message())) == UNKNOWN
    assert await store.retract(edited(message(), "new")) == UNKNOWN
    assert await nothing(store)


async def test_the_word_that_a_message_is_gone_is_not_taken_for_the_message(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    await store.commit(await claimed(store), Commit(turn=turn(sent)))
    gone = replace(sent, id=f"{sent.id}.d", text="", command=CommandUse("deleted", {"turn": turn_id(sent)}))
    await store.deliver(gone)
    assert await store.retract(deleted(sent)) == Retraction("answered", turn_id(sent))
    claim = await claimed(store)
    assert claim.message == gone
    assert await store.commit(claim, Commit(forgotten=(turn_id(sent),))) is None
    assert (await store.load(sent, 9)).conversation.turns == ()


# What is kept elsewhere


async def test_a_deleted_message_is_not_held_for_a_release(store: Store) -> None:
    plain, changed = message("one"), message("two")
    for each in (plain, changed):
        await store.deliver(each)
    new = edited(changed, "three")
    assert new.replacement is not None
    await store.retract(new)
    first = await claimed(store)
    second = await store.commit(first, Commit(held=True, cases=(case(turn_id(plain)),)))
    assert second is not None
    await store.commit(second, Commit(held=True, cases=(case(turn_id(new.replacement)),)))
    for held, about in ((plain, turn_id(plain)), (changed, turn_id(new.replacement))):
        file = await store.file(PLAZA.community_key, about)
        assert file
        assert file.held
        assert await store.retract(deleted(held)) == Retraction("answered", about)
        file = await store.file(PLAZA.community_key, about)
        assert file
        assert file.held is None


async def test_a_deleted_message_is_not_among_the_dead_letters(store: Store) -> None:
    sent, other = message("one"), message("two")
    for each in (sent, other):
        await store.deliver(each)
    claim: Claim | None = await claimed(store)
    while claim is not None:
        claim = await store.commit(claim, Commit(dead_letter="no reply"))
    await store.retract(edited(sent, "new"))
    assert len(await store.dead_letters(HERE, 9)) == 2
    await store.retract(deleted(sent))
    (letter,) = await store.dead_letters(HERE, 9)
    assert letter.message == other


async def test_a_message_that_was_played_back_can_be_deleted_too(store: Store) -> None:
    held, given_up = message("one"), message("two")
    for each in (held, given_up):
        await store.deliver(each)
    claim: Claim | None = await claimed(store)
    while claim is not None:
        claim = await store.commit(claim, Commit(dead_letter="no reply"))
    assert await store.play_back(HERE) == 2
    first = await claimed(store)
    about = turn_id(first.message)
    second = await store.commit(first, Commit(held=True, cases=(case(about),)))
    assert second is not None
    await store.commit(second, Commit(dead_letter="no reply"))
    assert await store.retract(deleted(held)) == Retraction("answered", about)
    file = await store.file(PLAZA.community_key, about)
    assert file
    assert file.held is None
    assert await store.retract(deleted(given_up)) == Retraction("answered", turn_id(second.message))
    assert await store.dead_letters(HERE, 9) == []


async def test_the_word_that_a_message_is_gone_finds_room_in_a_full_mailbox(store: Store) -> None:
    sent = message("one")
    await store.deliver(sent)
    await store.commit(await claimed(store), Commit(turn=turn(sent)))
    for number in range(MAILBOX_LIMIT):
        await store.deliver(message(str(number)))
    await Gateway(Platform(), store, store, name="g1").accept(deleted(sent))
    assert len(await texts(store)) == MAILBOX_LIMIT + 1
