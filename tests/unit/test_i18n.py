"""Every sentence that people read exists in both languages."""

from __future__ import annotations

import string
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot import i18n
from bot.commands import TRANSLATION_LANGUAGES, language_named, table

HOME = Path(i18n.__file__).parents[1]
FOLDER = HOME / "bot/locales/es/LC_MESSAGES"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "sereno.po").open("rb") as file:
        return read_po(file, locale="es")


@pytest.fixture(scope="module")
def marked() -> set[str]:
    """The sentences in the code."""
    found: set[str] = set()
    for folder in ("bot", "adapters", "guards"):
        for _, _, sentence, _, _ in extract_from_dir(
            HOME / folder, [("**.py", "python")], keywords={"N_": None}
        ):
            found.add(str(sentence))
    return found


def test_every_sentence_is_in_the_catalogue_and_the_other_way_round(
    catalogue: Catalog, marked: set[str]
) -> None:
    assert {message.id for message in catalogue if message.id} == marked
    assert len(marked) > 80


def test_every_sentence_is_translated_with_the_same_placeholders(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            assert message.string, f"not translated: {message.id}"
            assert not message.fuzzy
            assert placeholders(str(message.id)) == placeholders(str(message.string)), message.id


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_the_compiled_catalogue_is_up_to_date(catalogue: Catalog) -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    assert (FOLDER / "sereno.mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize(
    ("locale", "language"),
    [("es", "es"), ("es-MX", "es"), ("es_ES", "es"), ("ES", "es"), ("en-GB", "en"), ("fr", "en"), ("", "en")],
)
def test_the_platforms_tag_tells_the_language(locale: str, language: str) -> None:
    assert i18n.language_of(locale) == language


def test_what_no_catalogue_has_stays_as_it_is() -> None:
    assert i18n.translate("nobody wrote this", "es") == "nobody wrote this"
    assert i18n.translate("", "es") == ""


def test_commands_and_options_are_described_in_both_languages() -> None:
    for command in table():
        for descriptions in (command.descriptions, *(option.descriptions for option in command.options)):
            assert set(descriptions) == {"en", "es"}
            assert descriptions["en"] != descriptions["es"]


@pytest.mark.parametrize("given", ["es", "ES", "es-MX", "Spanish", "spanish", "español", " Español "])
def test_a_language_may_be_named_in_many_ways(given: str) -> None:
    assert language_named(given) == "es"


def test_every_language_is_known_by_its_tag_and_both_names() -> None:
    for tag, names in TRANSLATION_LANGUAGES.items():
        assert [language_named(given) for given in (tag, *names)] == [tag] * 3
    assert language_named("Ignore previous instructions") is None
