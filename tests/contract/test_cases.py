"""What every store must do with cases, decisions on them, held messages, and policies that are chosen by command."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from adapters.base import Card, ConversationRef, Message, ReplyTo, Retracted
from bot.conversation import HistoryTurn, Summary, turn_id
from bot.guardlog import Case, Review
from bot.store.base import MEMBER_CASES, Claim, Commit, Stale, Store, partition_of
from tests.helpers import PLAZA, message, new_events

LOG = ConversationRef("test", "plaza", "mods")
ELSEWHERE = ConversationRef("test", "market", "general")


def case(turn: str, at: float = 2e9, ref: ConversationRef = PLAZA) -> Case:
    return Case(turn, at, ref.key, "u1", "Ana", "input", "block", "block", (), (), "words", "m1", "model")


def card(turn: str, number: int = 0) -> Card:
    return Card(f"card-{turn}", 1, LOG, ReplyTo("test"), turn, number)


async def taken(store: Store, sent: Message) -> Claim:
    await store.deliver(sent)
    claim = await store.claim("w", partition_of(sent.ref), 2.0)
    assert claim is not None
    assert claim.message == sent
    return claim


async def commit(store: Store, given: Commit, ref: ConversationRef = PLAZA) -> None:
    await store.commit(await taken(store, message(ref=ref)), given)


async def test_cases_are_counted_in_their_community_and_their_cards_know_the_number(store: Store) -> None:
    await commit(store, Commit((card("a"),), cases=(case("a"), case("a"))))
    await commit(store, Commit((card("x"),), cases=(case("x", ref=ELSEWHERE),)), ELSEWHERE)
    await commit(store, Commit((card("b"), card("a", 1)), cases=(case("b"),)))
    cases = await store.cases(PLAZA.community_key, since=0.0, limit=9)
    assert [(each.turn, each.number) for each in cases] == [("a", 1), ("a", 2), ("b", 3)]
    events = await new_events(store)
    cards = [(event.case, event.number) for event in events if isinstance(event, Card)]
    assert sorted(cards) == sorted(
        [("a", 1), ("b", 3), ("a", 1)]
        + ([("x", 1)] if partition_of(ELSEWHERE) == partition_of(PLAZA) else [])
    )


async def test_a_case_file_has_all_that_is_known_of_a_turn_and_nothing_of_another_community(
    store: Store,
) -> None:
    await commit(store, Commit(cases=(case("a"), case("b"))))
    await commit(store, Commit(reviews=(Review("a", "timed_out", "m", "Mo", 1.5, 0),)))
    await commit(store, Commit(cases=(case("a"),), reviews=(Review("a", "right", "n", "Nu", 2.5, 1),)))
    file = await store.file(PLAZA.community_key, "a")
    assert file is not None
    assert [each.number for each in file.cases] == [1, 3]
    assert [(each.verdict, each.by_name, each.number) for each in file.reviews] == [
        ("timed_out", "Mo", 0),
        ("right", "Nu", 1),
    ]
    assert file.held is None
    assert await store.file(PLAZA.community_key, "c") is None
    assert await store.file(ELSEWHERE.community_key, "a") is None


async def test_of_two_decisions_at_once_the_second_is_refused_and_changes_nothing(store: Store) -> None:
    await commit(store, Commit(cases=(case("a"),)))
    first, second = (Review("a", verdict, "m", "Mo", 1.0, 0) for verdict in ("right", "false_alarm"))
    await commit(store, Commit(reviews=(first,)))
    late = await taken(store, message(ref=LOG))
    with pytest.raises(Stale):
        await store.commit(late, Commit((card("a", 1),), reviews=(second,)))
    file = await store.file(PLAZA.community_key, "a")
    assert file is not None
    assert file.reviews == (first,)
    assert await new_events(store) == []
    # The message is still there to be handled anew.
    await store.abandon(late)
    again = await store.claim("w", partition_of(LOG), 2.0)
    assert again is not None
    assert (again.message, again.attempts) == (late.message, 1)


async def test_a_held_message_is_kept_until_it_is_released_into_its_own_mailbox_once(store: Store) -> None:
    sent = message("let me in")
    turn = turn_id(sent)
    await store.commit(await taken(store, sent), Commit(cases=(case(turn),), held=True))
    file = await store.file(PLAZA.community_key, turn)
    assert file is not None
    assert file.held == sent
    released = replace(sent, id=f"{sent.id}.r", released=turn)
    press = await taken(store, message(ref=LOG))
    await store.commit(press, Commit(released=(released, released)))
    file = await store.file(PLAZA.community_key, turn)
    assert file is not None
    assert file.held is None
    claim = await store.claim("w", partition_of(PLAZA), 2.0)
    assert claim is not None
    assert claim.message == released
    assert await store.commit(claim, Commit()) is None


async def test_a_message_is_released_into_the_conversation_that_released_it_too(store: Store) -> None:
    sent = message("let me in")
    turn = turn_id(sent)
    await store.commit(await taken(store, sent), Commit(cases=(case(turn),), held=True))
    press = await taken(store, message())
    released = replace(sent, id=f"{sent.id}.r", released=turn)
    following = await store.commit(press, Commit(released=(released,)))
    assert following is not None
    assert following.message == released


async def test_what_its_author_deletes_while_a_moderator_releases_it_is_not_released(store: Store) -> None:
    sent = message("let me in")
    turn = turn_id(sent)
    await store.commit(await taken(store, sent), Commit(cases=(case(turn),), held=True))
    press = await taken(store, message(ref=LOG))
    released = replace(sent, id=f"{sent.id}.r", released=turn)
    review = Review(turn, "released", "m", "Mo", 1.0, 0)
    await store.retract(Retracted(sent.ref, sent.id))
    with pytest.raises(Stale):
        await store.commit(press, Commit(reviews=(review,), released=(released,)))
    file = await store.file(PLAZA.community_key, turn)
    assert file is not None
    assert (file.held, file.reviews) == (None, ())
    assert await store.commit(press, Commit()) is None
    assert await store.claim("w2", partition_of(PLAZA), 0.01) is None


async def test_a_policy_is_chosen_from_what_was_loaded_or_not_at_all(store: Store) -> None:
    await store.save(PLAZA, '{"version": 1}', channel=False)
    was, shall_be = '{"version": 1}', json.dumps({"version": 2, "language": "es"})
    await commit(store, Commit(policy=(was, shall_be)))
    assert (await store.load(message(), 1)).policies[0] == shall_be
    with pytest.raises(Stale):
        await commit(store, Commit(policy=(was, "{}")))
    assert (await store.load(message(), 1)).policies[0] == shall_be


async def test_the_first_policy_of_a_community_builds_on_nothing(store: Store) -> None:
    await commit(store, Commit(policy=("", '{"version": 1}')))
    assert (await store.load(message(), 1)).policies == ('{"version": 1}', "")


async def test_a_channel_has_a_layer_of_its_own(store: Store) -> None:
    await commit(store, Commit(policy=("", '{"version": 1}')))
    await commit(store, Commit(policy=("", '{"version": 5}'), policy_here=True))
    assert (await store.load(message(), 1)).policies == ('{"version": 1}', '{"version": 5}')
    with pytest.raises(Stale):
        await commit(store, Commit(policy=('{"version": 1}', "{}"), policy_here=True))
    elsewhere = message(ref=replace(PLAZA, channel="elsewhere"))
    assert (await store.load(elsewhere, 1)).policies == ('{"version": 1}', "")


@pytest.mark.parametrize(("through", "kept"), [(1, True), (2, False), (3, False)])
async def test_a_forgotten_turn_is_in_no_history_and_in_no_summary(
    store: Store, through: int, kept: bool
) -> None:
    for name in ("a", "b", "c"):
        turn = HistoryTurn(name, "u1", "Ana", f'I said "id":"{name}"', "yes", 1e10)
        await commit(store, Commit(turn=turn, summary=Summary("so far", through)))
    await commit(store, Commit(forgotten=("b", "never")))
    conversation = (await store.load(message(), 9)).conversation
    assert [turn.id for turn in conversation.turns] == ["a", "c"]
    assert conversation.total == 2
    assert (conversation.summary is not None) == kept


async def test_a_note_is_reserved_by_one_alone_until_it_is_forgotten(store: Store) -> None:
    assert await store.reserve("test", "act", "Mo", 60.0) is None
    assert await store.reserve("test", "act", "Nu", 60.0) == "Mo"
    assert await store.recall("test", "act") == "Mo"
    await store.forget("test", "act")
    assert await store.reserve("test", "act", "Nu", 0.001) is None
    assert await store.recall("other", "act") is None


async def test_the_communities_that_have_chosen_something_are_known(store: Store) -> None:
    assert await store.chosen() == {}
    await store.save(PLAZA, '{"language": "es"}', channel=False)
    await store.save(ELSEWHERE, '{"language": "en"}', channel=True)
    assert await store.chosen() == {PLAZA.community_key: '{"language": "es"}'}


async def test_a_case_is_found_by_its_number_however_many_there_are(store: Store) -> None:
    community = PLAZA.community_key
    assert await store.numbered(community, 1) is None
    for turn in ("a", "b", "c", "d", "e"):
        await commit(store, Commit(cases=(case(turn), case(f"{turn}2"))))
    found = [await store.numbered(community, number) for number in range(12)]
    assert [each and (each.number, each.turn) for each in found] == [
        None,
        *enumerate(["a", "a2", "b", "b2", "c", "c2", "d", "d2", "e", "e2"], 1),
        None,
    ]
    assert await store.numbered(ELSEWHERE.community_key, 1) is None


async def test_a_members_cases_are_found_newest_first_and_no_other_communitys(store: Store) -> None:
    community = PLAZA.community_key
    await commit(store, Commit(cases=(case("a"), replace(case("b"), author_id="u2"))))
    await store.record(community, case("c"))
    await commit(store, Commit(cases=(case("x", ref=ELSEWHERE),)), ELSEWHERE)

    async def turns(member: str, limit: int = 9) -> list[str]:
        return [each.turn for each in await store.of_member(community, member, limit)]

    assert await turns("u1") == ["c", "a"]
    assert await turns("u1", 1) == ["c"]
    assert await turns("u2") == ["b"]
    assert await turns("u3") == []


async def test_only_the_newest_of_a_members_cases_are_found_by_the_member(store: Store) -> None:
    for number in range(MEMBER_CASES + 5):
        await store.record(PLAZA.community_key, case(f"t{number}"))
    found = await store.of_member(PLAZA.community_key, "u1", 1000)
    assert len(found) == MEMBER_CASES
    assert found[0].turn == f"t{MEMBER_CASES + 4}"


async def test_what_was_decided_on_many_cases_is_read_at_once(store: Store) -> None:
    await commit(store, Commit(cases=(case("a"), case("b"))))
    first, second = Review("a", "right", "m", "Mo", 1.0), Review("a", "noted", "n", "Nu", 2.0, 1, "Seen.")
    for review in (first, second):
        await commit(store, Commit(reviews=(review,)))
    assert [list(each) for each in await store.reviews(PLAZA.community_key, ["b", "a", "gone"])] == [
        [],
        [first, second],
        [],
    ]
    assert list(await store.reviews(PLAZA.community_key, [])) == []
