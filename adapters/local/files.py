"""Files of this machine that a person names in a command."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from adapters.attached import MOST_GIVEN, given
from adapters.base import N_, Attachment, CommandSpec, CommandUse
from adapters.commands import ParseError
from adapters.text import truncate

_ONLY_TYPED = N_("Only who types at this terminal can name a file. Give the document as a text.")
_NO_FILE = N_("There is no file {given}.")
_NOT_READ = N_("The file {given} cannot be read: {reason}.")
_SHOWN = 200


async def take_files(
    use: CommandUse, commands: Sequence[CommandSpec], *, typed: bool
) -> tuple[CommandUse, tuple[Attachment, ...]] | ParseError:
    """A use of a command without the paths in it, and the files that they lead to.

    `typed`: whether a person gave them; what comes through a pipe may be anybody's words.
    """
    spec = next(spec for spec in commands if spec.name == use.name)
    paths = {
        option.name: str(use.options[option.name])
        for option in spec.options
        if option.type == "file" and option.name in use.options
    }
    if not paths:
        return use, ()
    if not typed:
        return ParseError(_ONLY_TYPED)
    files = [await asyncio.to_thread(_read, path) for path in paths.values()]
    for file in files:
        if isinstance(file, ParseError):
            return file
    options = {name: value for name, value in use.options.items() if name not in paths}
    return replace(use, options=options), tuple(file for file in files if isinstance(file, Attachment))


def _read(given_path: str) -> Attachment | ParseError:
    shown = truncate(given_path, _SHOWN)
    try:
        path = Path(given_path).expanduser()
        # Not a pipe, which may never end.
        if not path.is_file():
            return ParseError(_NO_FILE, {"given": shown})
        size = path.stat().st_size
        data = path.read_bytes() if size <= MOST_GIVEN else None
    except (OSError, RuntimeError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        return ParseError(_NOT_READ, {"given": shown, "reason": reason})
    return given(path.name, mimetypes.guess_type(path.name)[0] or "", size, data)
