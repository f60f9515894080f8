"""The sentences that people read, in English and Spanish. English is the message id."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("en", "es")
_LOCALES = Path(__file__).parent / "locales"


def N_(sentence: str) -> str:  # noqa: N802 - the name that extraction tools look for
    """Marks a sentence for the catalogue without translating it here."""
    return sentence


def language_of(locale: str) -> str:
    """The language that is spoken for a platform's locale tag: "es-MX" → "es"; English where we have no other."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in LANGUAGES else "en"


@lru_cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("sereno", _LOCALES, [language], fallback=True)


def translate(sentence: str, locale: str) -> str:
    """`sentence`, marked with `N_`, in the language of `locale`; English when it is in no catalogue."""
    if not sentence:
        return ""
    return _catalogue(language_of(locale)).gettext(sentence)


def in_all_languages(sentence: str) -> dict[str, str]:
    """`sentence` by language, as `CommandSpec` wants it."""
    return {language: translate(sentence, language) for language in LANGUAGES}
