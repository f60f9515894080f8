"""The documents that Sereno knows from the start: PEP 20, and its own guide for members."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.knowledge.index import KnowledgeIndex
from bot.knowledge.passages import Passage, split

_HERE = Path(__file__).with_name("shipped")
# In a wheel the guide lies beside this module, in a checkout where people read it.
_GUIDES = (_HERE / "docs", Path(__file__).parents[2] / "docs")

MEMBERS = ("members*.md",)
HOSTS = ("configuration.md", "commands.md", "guards.md", "knowledge.md", "discord.md", "slack.md")
"""What those who run it read. Asked second: what members ask stands in their own guide, in their words."""

_PEP_20 = "https://peps.python.org/pep-0020/"
PEP_20 = (_PEP_20, f"{_PEP_20}#abstract")
"""The documents that are no guides."""
_ABSTRACT = (
    "PEP 20, The Zen of Python, was written by Tim Peters in 2004. Long time Pythoneer Tim Peters succinctly channels the "
    "BDFL's guiding principles for Python's design into 20 aphorisms, only 19 of which have been written down."
)
_RESUMEN = (
    "El PEP 20, El Zen de Python, fue escrito por Tim Peters en 2004. Resume en 20 aforismos, de los que solo hay 19 por "
    "escrito, los principios de diseño de Python."
)


def shipped_index(guides: Sequence[str] = MEMBERS) -> KnowledgeIndex:
    """A new index of PEP 20 and these guides."""
    index = KnowledgeIndex()
    index.add(shipped_passages(guides))
    return index


def shipped_passages(guides: Sequence[str] = MEMBERS) -> list[Passage]:
    """The passages of PEP 20 and these guides.

    PEP 20 (Tim Peters, 2004) is in the public domain; its aphorisms are one passage, word for word, and
    once more in a translation that says so. Who wrote it stands in its abstract, which comes with the guides
    for those who run the bot.
    """
    passages = [
        Passage(PEP_20[0], "PEP 20 – The Zen of Python", _read("zen.txt"), "en"),
        Passage(PEP_20[0], "PEP 20 – El Zen de Python (traducción)", _read("zen.es.txt"), "es"),
    ]
    if guides != MEMBERS:
        # Asked second, and a document of its own: its sentences are none of the nineteen.
        passages += [
            Passage(PEP_20[1], "PEP 20 › Abstract", _ABSTRACT, "en"),
            Passage(PEP_20[1], "PEP 20 › Resumen", _RESUMEN, "es"),
        ]
    folder = next((folder for folder in _GUIDES if (folder / "members.md").is_file()), None)
    for path in sorted(path for name in guides for path in folder.glob(name)) if folder else ():
        language = path.suffixes[0].removeprefix(".") if len(path.suffixes) > 1 else "en"
        passages += split(path.read_text(encoding="utf-8"), document=path.name, language=language)
    return passages


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8").strip()
