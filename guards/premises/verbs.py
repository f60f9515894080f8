"""English verbs as questions have them after "did" and "does", and as statements have them."""

from __future__ import annotations

import re

_IRREGULAR_LIST = (
    "be:was become:became begin:began bear:bore beat:beat bend:bent bet:bet bind:bound bite:bit blow:blew break:broke "
    "bring:brought build:built buy:bought catch:caught choose:chose come:came cost:cost cut:cut deal:dealt dig:dug do:did "
    "draw:drew drink:drank drive:drove eat:ate fall:fell feed:fed feel:felt fight:fought find:found fly:flew "
    "forbid:forbade forget:forgot forgive:forgave freeze:froze get:got give:gave go:went grow:grew hang:hung have:had "
    "hear:heard hide:hid hit:hit hold:held hurt:hurt keep:kept know:knew lay:laid lead:led leave:left lend:lent let:let "
    "lie:lay light:lit lose:lost make:made mean:meant meet:met pay:paid put:put quit:quit read:read ride:rode ring:rang "
    "rise:rose run:ran say:said see:saw seek:sought sell:sold send:sent set:set shake:shook shine:shone shoot:shot "
    "show:showed shut:shut sing:sang sink:sank sit:sat sleep:slept speak:spoke spend:spent split:split spread:spread "
    "stand:stood steal:stole stick:stuck strike:struck swear:swore sweep:swept swim:swam take:took teach:taught tear:tore "
    "tell:told think:thought throw:threw understand:understood wake:woke wear:wore win:won withdraw:withdrew write:wrote "
    "rewrite:rewrote overtake:overtook undo:undid rebuild:rebuilt"
)
_IRREGULAR = dict(pair.split(":") for pair in _IRREGULAR_LIST.split())
_REGULAR_LIST = (
    "abandon abolish accept achieve acquire act adapt add admit adopt advise agree allow announce answer appear apply "
    "appoint approve argue arrest arrive ask assign attack attend award ban base believe belong block borrow call cancel "
    "capture carry cause change charge check claim clean close collapse collect compile complain complete compose "
    "conquer consider contain contribute control convert cook copy count crash create cross cure dance decide declare "
    "decline defeat define delay delete deliver demand deny depend deprecate describe design destroy develop die disagree "
    "disappear discover dislike donate double drop earn elect eliminate emit enable encourage end enforce enjoy enter "
    "escape establish evaluate exclude exist expand expel explain explode export express extend fail fear fire fix "
    "follow force fork found guarantee handle happen hate help hire host ignore implement import improve include "
    "increase inherit insist inspire install introduce invade invent invest invite join judge jump kill lack land last "
    "launch laugh learn like limit list live load lock look love maintain manage marry measure mention merge migrate "
    "miss mix move murder name need offer open oppose order orbit own paint pass patent perform permit place plan plant "
    "play point predict prefer prevent print prohibit promise propose protect prove provide publish pull punish raise "
    "reach receive recommend reduce refer refuse reject release rely remain remember remove rename rent repeat replace "
    "report require rescue reserve resign resist respond restrict retire return reveal reverse rule save score search "
    "serve settle share ship sign slow smell sound spread start state stay stop store study succeed suffer suggest "
    "supply support suppose surrender survive suspend switch talk taste test thank threaten throw touch trade train "
    "translate travel treat trust try turn unite update urge use value violate visit vote wait walk want warn wash waste "
    "watch weigh welcome wish work worry wrap yield abdicate breathe purr produce cache endorse sponsor resemble contradict "
    "criticise criticize apologise apologize organise organize sue crown celebrate hibernate glow float boil melt evolve "
    "migrate lay rank consist compete conduct cover direct edit star feature debut graduate major lecture teach coach "
    "manage chair present collide erupt shrink sink freeze burn burst overtake skip throttle mutate leak raise log mute "
    "flower lower heat rehearse retire translate interview sail swim dive climb bake brew chair host "
    "sort count close open archive schedule praise border decode encode serialize sort render parse fetch connect divide multiply "
    "consume produce invade sponsor chair host win rule inherit discourage contain hide store transfer vary combine reach cite "
    "archive schedule rotate renew expire grant charge fine refund move postpone"
)
_REGULAR = frozenset(_REGULAR_LIST.split())
VERBS = _REGULAR | frozenset(_IRREGULAR)
"""Verbs in their plain form."""
_PAST = frozenset(_IRREGULAR.values())
_PARTICIPLES_LIST = (
    "been become begun beaten bitten blown broken brought built bought caught chosen come cost cut done drawn drunk driven "
    "eaten fallen felt fought found flown forbidden forgotten frozen got gotten given gone grown had heard hidden hit held "
    "kept known laid led left lent lost made meant met paid put quit read ridden risen run said seen sold sent set shaken "
    "shot shown shut sung sunk sat slept spoken spent stolen stuck struck sworn taken taught torn told thought thrown "
    "understood woken worn won withdrawn written rewritten born"
)
_PARTICIPLES = frozenset(_PARTICIPLES_LIST.split())
_ED = re.compile(r"[a-z]{3,}(?:ed|ing)")
_DOUBLING = frozenset(
    [
        "admit",
        "drop",
        "plan",
        "ship",
        "stop",
        "ban",
        "refer",
        "permit",
        "wrap",
        "skip",
        "log",
        "expel",
        "prefer",
    ]
)


def past(verb: str) -> str:
    """What one did who did `verb`."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + verb[-1] + "ed" if verb in _DOUBLING else verb + "ed"


def third(verb: str) -> str:
    """What one does who does `verb`."""
    if verb in ("have", "be"):
        return {"have": "has", "be": "is"}[verb]
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return verb + "es"
    return verb[:-1] + "ies" if verb.endswith("y") and verb[-2:-1] not in "aeiou" else verb + "s"


def is_finite(word: str) -> bool:
    """Whether `word` looks like a verb that has a subject in front: "wrote", "supports", "invented"."""
    if word in _PAST or word in _BE:
        return True
    if word.endswith("ed") and _ED.fullmatch(word):
        return True
    return word.endswith("s") and any(third(base) == word for base in _bases(word))


def is_participle(word: str) -> bool:
    """Whether `word` looks like what follows "has" or "was": "written", "released", "running"."""
    return word in _PARTICIPLES or _ED.fullmatch(word) is not None


_BE = frozenset(
    ["is", "are", "was", "were", "has", "have", "had", "can", "could", "will", "would", "does", "did", "do"]
)


def _bases(word: str) -> list[str]:
    bases = [word[:-1], word[:-2], word[:-3] + "y"]
    return [base for base in bases if base in VERBS]
