"""The one table of commands, platform-neutral. Every adapter registers from it."""

from __future__ import annotations

from functools import lru_cache
from typing import get_args

from adapters.base import CommandSpec, Context, OptionSpec, Permission
from bot.i18n import LANGUAGES, N_, in_all_languages
from bot.policy import DEFAULT_RULES, MOST_DAYS, MOST_TOKENS, NEVER, OnClaims, Session

# The languages that /translate knows: tag → name in English (what the model is told), name in Spanish.
TRANSLATION_LANGUAGES: dict[str, tuple[str, str]] = {
    "ar": ("Arabic", "árabe"), "ast": ("Asturian", "asturiano"), "bg": ("Bulgarian", "búlgaro"),
    "ca": ("Catalan", "catalán"), "cs": ("Czech", "checo"), "da": ("Danish", "danés"),
    "de": ("German", "alemán"), "el": ("Greek", "griego"), "en": ("English", "inglés"),
    "eo": ("Esperanto", "esperanto"), "es": ("Spanish", "español"), "et": ("Estonian", "estonio"),
    "eu": ("Basque", "euskera"), "fa": ("Persian", "persa"), "fi": ("Finnish", "finés"),
    "fr": ("French", "francés"), "ga": ("Irish", "irlandés"), "gl": ("Galician", "gallego"),
    "he": ("Hebrew", "hebreo"), "hi": ("Hindi", "hindi"), "hr": ("Croatian", "croata"),
    "hu": ("Hungarian", "húngaro"), "id": ("Indonesian", "indonesio"), "is": ("Icelandic", "islandés"),
    "it": ("Italian", "italiano"), "ja": ("Japanese", "japonés"), "ko": ("Korean", "coreano"),
    "la": ("Latin", "latín"), "lt": ("Lithuanian", "lituano"), "lv": ("Latvian", "letón"),
    "nl": ("Dutch", "neerlandés"), "no": ("Norwegian", "noruego"), "pl": ("Polish", "polaco"),
    "pt": ("Portuguese", "portugués"), "ro": ("Romanian", "rumano"), "ru": ("Russian", "ruso"),
    "sk": ("Slovak", "eslovaco"), "sl": ("Slovenian", "esloveno"), "sr": ("Serbian", "serbio"),
    "sv": ("Swedish", "sueco"), "sw": ("Swahili", "suajili"), "ta": ("Tamil", "tamil"),
    "th": ("Thai", "tailandés"), "tr": ("Turkish", "turco"), "uk": ("Ukrainian", "ucraniano"),
    "ur": ("Urdu", "urdu"), "vi": ("Vietnamese", "vietnamita"), "zh": ("Chinese", "chino"),
}  # fmt: skip

MODEL_COMMANDS = ("chat", "complete", "translate", "summarize")
"""The commands that a language model answers; the bot answers the others itself."""

POLICY_SETTINGS = (
    "log-channel",
    "cards-from",
    "language",
    "delete-replies",
    "persona",
    "model",
    "session",
    "daily-tokens",
    "retention-days",
    "digest",
    "links",
    "claims",
    "claims-seconds",
    "claims-tokens",
    "claims-samples",
    "claims-judge",
    "claims-premises",
)
"""What `/policy set` can set; with "_" for "-", fields of `bot.policy.Policy`."""
GUARDS = "guards"
"""What `/policy clear` calls all guards' rules together."""

_HERE = N_("Only in this channel, over what holds for the community")

FOR_MODERATORS = frozenset(
    [
        *(f"guardlog {verb}" for verb in ("recent", "show", "member", "stats", "export", "note")),
        *(f"guard {verb}" for verb in ("test", "report", "console")),
        *(f"policy {verb}" for verb in ("show", "set", "clear", "guard")),
        *(f"knowledge {verb}" for verb in ("add", "list", "show", "remove")),
    ]
)
"""The commands that only moderators may use; the table says so too, for platforms that can hide them."""


def language_named(given: str) -> str | None:
    """The tag of the language that a member named: "es", "Spanish", "español", "es-MX"; None when unknown."""
    wanted = given.strip().casefold()
    tag = wanted.replace("_", "-").partition("-")[0]
    if tag in TRANSLATION_LANGUAGES:
        return tag
    for tag, names in TRANSLATION_LANGUAGES.items():
        if wanted in (name.casefold() for name in names):
            return tag
    return None


def _option(name: str, description: str, **rest: object) -> OptionSpec:
    return OptionSpec(name, in_all_languages(description), **rest)  # type: ignore[arg-type]  # one spec, checked by tests


_SCORE = {"type": "number", "minimum": 0.0, "maximum": NEVER}


def _before() -> OptionSpec:
    return _option(
        "before",
        N_("Only cases before the one with this number"),
        type="integer",
        minimum=1,
        maximum=999_999,
    )


@lru_cache(maxsize=1)
def table() -> tuple[CommandSpec, ...]:
    """Every command, in the order in which help shows them."""
    return (
        CommandSpec(
            "chat",
            in_all_languages(N_("Talk with the language model")),
            (_option("text", N_("What you want to say"), required=True),),
        ),
        CommandSpec(
            "complete",
            in_all_languages(N_("Let the model continue your text: next-token prediction, no chat")),
            (
                _option("text", N_("The text to go on from"), required=True),
                _option(
                    "temperature",
                    N_("How varied: 0 always takes the likeliest word"),
                    type="number",
                    minimum=0.0,
                    maximum=2.0,
                ),
                _option("max_tokens", N_("The most tokens to add"), type="integer", minimum=1, maximum=2048),
            ),
        ),
        CommandSpec(
            "translate",
            in_all_languages(N_("Translate a text")),
            (
                _option("text", N_("The text to translate"), required=True),
                _option("to", N_("The language to translate to: a name or a tag, such as Spanish or es")),
            ),
        ),
        CommandSpec(
            "summarize",
            in_all_languages(N_("Sum up a text, or this conversation")),
            (_option("text", N_("The text to sum up; without one, this conversation")),),
        ),
        CommandSpec(
            "check",
            in_all_languages(N_("Check what a text claims, against what is known here")),
            (_option("text", N_("The text to check"), required=True),),
            private=True,
        ),
        CommandSpec("reset", in_all_languages(N_("Forget what was said in this conversation")), private=True),
        CommandSpec("help", in_all_languages(N_("What the bot can do, and how")), private=True),
        CommandSpec(
            "privacy", in_all_languages(N_("What is kept about you here, and for how long")), private=True
        ),
        CommandSpec(
            "why",
            in_all_languages(N_("Why your last message was not answered, or was answered as it was")),
            private=True,
        ),
        _for_moderators("guardlog recent", N_("What the guards found lately"), _before()),
        _for_moderators(
            "guardlog show",
            N_("All that is known of a case, and what can be decided"),
            _option("case", N_("Its number, or the number that the member saw"), required=True),
        ),
        _for_moderators(
            "guardlog member",
            N_("What the guards found in one member's messages"),
            _option("member", N_("Who: the name, a mention, or the id"), required=True),
            _before(),
        ),
        _for_moderators("guardlog stats", N_("How much the guards found, and how often they were right")),
        _for_moderators("guardlog export", N_("How to get the cases as a file")),
        _for_moderators(
            "guardlog note",
            N_("Write something down about a case, for the other moderators"),
            _option("case", N_("Its number, or the number that the member saw"), required=True),
            _option("text", N_("What to write down"), required=True),
        ),
        _for_moderators(
            "guard test",
            N_("What would happen to a text here, and why; nothing of it is kept"),
            _option("text", N_("The text"), required=True),
        ),
        _for_moderators(
            "guard report",
            N_("A text that the guards missed: from now on it counts as an attack, with its near copies"),
            _option("text", N_("The text"), required=True),
        ),
        _for_moderators(
            "guard console", N_("A link to the console: cases as they arrive, and decisions on them")
        ),
        _for_moderators("policy show", N_("What this community has chosen")),
        _for_moderators(
            "policy set",
            N_("Change what this community has chosen"),
            _option(
                "log-channel", N_("The channel where moderators get a card for each case"), type="channel"
            ),
            _option(
                "cards-from",
                N_("The lowest score that makes a card: 0 to 1; 1.01 for none"),
                type="number",
                minimum=0.0,
                maximum=NEVER,
            ),
            _option(
                "language",
                N_("The language in which I speak here; unset, I follow each member's own"),
                choices=LANGUAGES,
            ),
            _option(
                "delete-replies", N_("Whether my reply goes when its question is deleted"), type="boolean"
            ),
            _option("persona", N_("How I speak here, in your words: who I am, what tone, what I know about")),
            _option("model", N_("The language model that answers here, of those that are set up")),
            _option(
                "session",
                N_("Whose talk it is in a channel: everybody's, or each member's own; a thread is its own"),
                choices=get_args(Session),
            ),
            _option(
                "daily-tokens",
                N_("How many tokens the model may take here a day; 0: any number"),
                type="integer",
                minimum=0,
                maximum=MOST_TOKENS,
            ),
            _option(
                "retention-days",
                N_("For how many days talk and cases are kept, if for fewer than set up; 0: as set up"),
                type="integer",
                minimum=0,
                maximum=MOST_DAYS,
            ),
            _option(
                "digest", N_("Whether the log channel is told on Mondays how the week was"), type="boolean"
            ),
            _option(
                "links",
                N_("Hosts that links in replies may lead to, beside those that were named here; *: all"),
            ),
            _option(
                "claims",
                N_("What is done about claims: mark, correct, hold what is contradicted, or nothing"),
                choices=get_args(OnClaims),
            ),
            _option(
                "claims-seconds",
                N_("How long a reply may wait for its claims to be checked"),
                type="number",
                minimum=0.1,
                maximum=30.0,
            ),
            _option(
                "claims-tokens",
                N_("What checking may cost in tokens, as a share of the reply's own"),
                type="number",
                minimum=0.0,
                maximum=1.0,
            ),
            _option(
                "claims-samples",
                N_("How often the model is asked again where nothing settles a claim; 0: never"),
                type="integer",
                minimum=0,
                maximum=10,
            ),
            _option(
                "claims-judge",
                N_("Whether the model is asked about claims that nothing settles"),
                type="boolean",
            ),
            _option(
                "claims-premises",
                N_("Whether the model is asked about what a question takes for granted"),
                type="boolean",
            ),
            _option("here", _HERE, type="boolean"),
        ),
        _for_moderators(
            "policy clear",
            N_("Put a choice back to its default"),
            _option("setting", N_("What to put back"), required=True, choices=(*POLICY_SETTINGS, GUARDS)),
            _option("here", _HERE, type="boolean"),
        ),
        _for_moderators(
            "policy guard",
            N_("Choose what follows from what a guard finds; without a choice, see it"),
            _option("name", N_("Which guard"), required=True, choices=tuple(sorted(DEFAULT_RULES))),
            _option("flag", N_("How sure it must be for a case: 0 to 1; 1.01 for never"), **_SCORE),
            _option("block", N_("How sure it must be to act: 0 to 1; 1.01 for never"), **_SCORE),
            _option("action", N_("What is done then"), choices=("flag", "redact", "hold", "block")),
            _option("shadow", N_("Only note what would be done"), type="boolean"),
            _option(
                "on-failure",
                N_(
                    "When the guard itself fails: open lets through, closed does as if it had found something"
                ),
                choices=("open", "closed"),
            ),
        ),
        _for_moderators(
            "knowledge add",
            N_("Add a document to what this community knows, or replace it"),
            _option("text", N_("The document itself, when there is no file")),
            _option("file", N_("A file: Markdown, text, HTML, PDF, or JSON lines"), type="file"),
            _option("name", N_("What to call it; else the file's name. One of that name is replaced")),
            _option(
                "use-flagged",
                N_("Also use the passages in which the guards find something"),
                type="boolean",
            ),
        ),
        _for_moderators("knowledge list", N_("The documents that this community has added")),
        _for_moderators(
            "knowledge show",
            N_("What a document consists of"),
            _option("name", N_("The document's name"), required=True),
        ),
        _for_moderators(
            "knowledge remove",
            N_("Take a document out of what this community knows"),
            _option("name", N_("The document's name"), required=True),
        ),
    )


def _for_moderators(name: str, description: str, *options: OptionSpec) -> CommandSpec:
    return CommandSpec(
        name,
        in_all_languages(description),
        options,
        Permission.MODERATOR,
        private=True,
        contexts=frozenset({Context.COMMUNITY}),
    )
