#!/usr/bin/env python3
"""Do the steps of `deploy/Dockerfile` in a scratch folder, where there is no container engine.

Each stage gets a folder for its root. COPY and RUN are carried out there, with the image's own paths
(those that WORKDIR and COPY name) rewritten to lie in that folder; what cannot be done outside a
container is printed as skipped, with the reason. At the end the build stages are deleted, the last
stage is made read-only, and its ENTRYPOINT is run with `--version`: it must succeed and change nothing.

What this cannot show: the base image (this machine's Python and tools stand in for it), the packages
that apt-get would add, and the change of user (that everybody may read the files is looked at).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

STEP_SECONDS = 600
PASSED_ON = (
    "HOME",
    "UV_CACHE_DIR",
    "UV_OFFLINE",
    "UV_DEFAULT_INDEX",
    "SSL_CERT_FILE",
    "HTTPS_PROXY",
    "NO_PROXY",
)


class DryRunError(Exception):
    """The Dockerfile asks for something that is wrong, or that this script does not know."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction, its continuation lines joined."""

    line: int
    word: str
    flags: tuple[str, ...]
    rest: str


@dataclass(slots=True)
class Stage:
    """What has come of one FROM so far."""

    name: str
    root: Path
    tools: Path
    """A folder of programs that the base image would bring."""
    env: dict[str, str]
    workdir: str = "/"
    entrypoint: list[str] = field(default_factory=list)


def parse(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile.

    Raises:
        DryRunError: a line that ends in nothing, or a here-document.
    """
    instructions = []
    pending, first = "", 0
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        first = first if pending else number
        pending += line.removesuffix("\\")
        if line.endswith("\\"):
            continue
        word, _, rest = pending.strip().partition(" ")
        flags, rest = split_flags(rest.strip())
        if not rest or "<<" in rest:
            raise DryRunError(f"line {first}: cannot read {pending!r}")
        instructions.append(Instruction(first, word.upper(), flags, rest))
        pending = ""
    if pending:
        raise DryRunError(f"line {first}: {pending!r} goes on past the end")
    return instructions


def split_flags(rest: str) -> tuple[tuple[str, ...], str]:
    """The leading `--name=value` words of an instruction, and what follows them."""
    flags = []
    while rest.startswith("--"):
        flag, _, rest = rest.partition(" ")
        flags.append(flag)
        rest = rest.lstrip()
    return tuple(flags), rest


def own_folders(instructions: list[Instruction]) -> frozenset[str]:
    """The top-level folders that the Dockerfile itself makes: the paths under them are rewritten."""
    named = [i.rest for i in instructions if i.word == "WORKDIR"]
    named += [i.rest.split()[-1] for i in instructions if i.word == "COPY"]
    return frozenset("/" + path.split("/")[1] for path in named if path.startswith("/") and path != "/")


def assignments(rest: str, env: dict[str, str]) -> dict[str, str]:
    """`A=b C="d e"` as a mapping, with `$NAME` and `${NAME}` filled in from `env`."""
    pairs = (word.partition("=") for word in shlex.split(rest))
    fill = re.compile(r"\$\{(\w+)\}|\$(\w+)")
    return {name: fill.sub(lambda m: env.get(m[1] or m[2], ""), value) for name, _, value in pairs}


def context(project: Path) -> Iterator[Path]:
    """The files that the engine would be sent, as `.dockerignore` has it; the last match decides.

    Raises:
        DryRunError: a pattern other than `*`, `!name` and `**/name`.
    """
    kept: set[str] = set()
    left_out: set[str] = set()
    for line in (project / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if match := re.fullmatch(r"!([\w.-]+)", line):
            kept.add(match[1])
        elif match := re.fullmatch(r"\*\*/([\w.-]+)", line):
            left_out.add(match[1])
        elif line != "*" or kept or left_out:
            raise DryRunError(f".dockerignore: cannot read {line!r}")
    for name in sorted(kept):
        top = project / name
        for path in [top, *top.rglob("*")]:
            if path.is_file() and not left_out.intersection(path.relative_to(project).parts):
                yield path.relative_to(project)


def copy_tree(source: Path, target: Path, *, into: bool) -> None:
    """COPY's rules: a folder's contents go into `target`; a file becomes `target`, or goes `into` it."""
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    elif source.is_file():
        target = target / source.name if into else target
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    else:
        raise DryRunError(f"COPY: no {source.name} to copy")


def snapshot(root: Path) -> dict[str, tuple[int, int]]:
    """Size and time of change of every file and folder: what a write would alter."""
    entries = (root, *root.rglob("*"))
    return {str(p.relative_to(root)): (p.lstat().st_size, p.lstat().st_mtime_ns) for p in entries}


def set_writable(root: Path, *, writable: bool) -> None:
    """`chmod -R u+w` or `a-w`."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o200 if writable else mode & ~0o222)


class DryRun:
    """One run: the stages so far, and what is said about them."""

    def __init__(self, project: Path, scratch: Path) -> None:
        self.project = project
        self.scratch = scratch
        self.instructions = parse((project / "deploy" / "Dockerfile").read_text(encoding="utf-8"))
        folders = "|".join(re.escape(folder) for folder in sorted(own_folders(self.instructions)))
        self._own_path = re.compile(rf"(?<![\w./-])({folders})(?=[/\s\"':;]|$)")
        self.stages: list[Stage] = []
        self.context = scratch / "context"
        for path in context(project):
            copy_tree(project / path, self.context / path, into=False)

    def run(self) -> None:
        """Carry out every instruction, then try the last stage.

        Raises:
            DryRunError: a step failed or is not known.
        """
        for instruction in self.instructions:
            begin = time.monotonic()
            try:
                outcome = self._do(instruction)
            except DryRunError as error:
                raise DryRunError(f"line {instruction.line}: {error}") from error
            say(
                f"{instruction.line:3} {instruction.word} {instruction.rest[:70]}  [{outcome}, {time.monotonic() - begin:.1f} s]"
            )
        self._try_last_stage()

    def _do(self, instruction: Instruction) -> str:
        """Carry out one instruction and say what was done."""
        word, rest = instruction.word, instruction.rest
        if word == "FROM":
            return self._from(rest)
        stage = self.stages[-1]
        if word in ("ENV", "ARG"):
            stage.env |= assignments(rest, stage.env)
        elif word == "WORKDIR":
            stage.workdir = rest
            self._inside(stage, rest).mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            self._copy(stage, instruction)
        elif word == "RUN":
            return self._run(stage, instruction)
        elif word == "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        elif word == "USER":
            return f"skipped: runs as the account that started this ({os.geteuid()})"
        elif word == "HEALTHCHECK":
            return "skipped: needs a running store"
        elif word not in ("LABEL", "CMD"):
            raise DryRunError(f"{word} is not known here")
        return "done"

    def _from(self, rest: str) -> str:
        image, _, name = rest.partition(" AS ")
        if not image.startswith("python:3."):
            raise DryRunError(f"no stand-in for {image}")
        number = str(len(self.stages))
        tools = self.scratch / f"tools-{number}"
        tools.mkdir()
        interpreter = getattr(sys, "_base_executable", sys.executable)
        for alias in ("python", "python3"):
            (tools / alias).symlink_to(interpreter)
        env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        env |= {"PATH": f"{tools}:/usr/bin:/bin", "LANG": "C.UTF-8"}
        root = self.scratch / f"root-{number}"
        root.mkdir()
        self.stages.append(Stage(name or number, root, tools, env))
        return f"stands in: Python {sys.version.split()[0]} of this machine"

    def _copy(self, stage: Stage, instruction: Instruction) -> None:
        base = self.context
        for flag in instruction.flags:
            name, _, value = flag.partition("=")
            if name != "--from":
                raise DryRunError(f"COPY {name} is not known here")
            base = next((s.root for s in self.stages[:-1] if s.name == value), None) or self._no_stage(value)
        *sources, target = instruction.rest.split()
        into = target.endswith("/") or len(sources) > 1
        for source in sources:
            copy_tree(base / source.lstrip("/"), self._inside(stage, target), into=into)

    @staticmethod
    def _no_stage(name: str) -> Path:
        raise DryRunError(f"COPY: no stage {name}")

    def _run(self, stage: Stage, instruction: Instruction) -> str:
        command = instruction.rest
        for flag in instruction.flags:
            if not flag.startswith("--mount=type=cache,"):
                raise DryRunError(f"RUN {flag} is not known here")
        if "apt-get" in command:
            return "skipped: adds system packages"
        if match := re.search(r"pip install .*\buv==([\d.]+)", command):
            return self._stand_in_uv(stage, match[1])
        if re.search(r"\bchown\b|\binstall\b.* -o ", command) and os.geteuid() != 0:
            return "skipped: only root gives files away"
        self._execute(stage, ["/bin/sh", "-euc", self._own_path.sub(rf"{stage.root}\1", command)])
        return "done"

    def _stand_in_uv(self, stage: Stage, wanted: str) -> str:
        """Let the project's own uv be the one that pip would bring."""
        uv = self.project / ".venv" / "bin" / "uv"
        if not uv.is_file():
            raise DryRunError("no .venv/bin/uv: run make setup first")
        (stage.tools / "uv").symlink_to(uv)
        found = self._execute(stage, ["uv", "--version"]).split()[1]
        if found != wanted:
            raise DryRunError(f"the Dockerfile asks for uv {wanted}, .venv has {found}")
        return f"skipped: uv {found} of .venv stands in"

    def _inside(self, stage: Stage, path: str) -> Path:
        """Where a path of the image lies in the scratch folder."""
        return stage.root / os.path.normpath(f"{stage.workdir}/{path}" if path[0] != "/" else path).lstrip(
            "/"
        )

    def _execute(self, stage: Stage, command: list[str]) -> str:
        """Run a command as the stage would; its standard output.

        Raises:
            DryRunError: it is not there, fails, or takes too long.
        """
        env = {name: self._own_path.sub(rf"{stage.root}\1", value) for name, value in stage.env.items()}
        program = shutil.which(command[0], path=env["PATH"])
        if program is None:
            raise DryRunError(f"no {command[0]} on {env['PATH']}")
        try:
            done = subprocess.run(
                [program, *command[1:]],
                cwd=self._inside(stage, "."),
                env=env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                timeout=STEP_SECONDS,
            )
        except subprocess.CalledProcessError as error:
            raise DryRunError(f"exit code {error.returncode}\n{error.stdout}{error.stderr}") from error
        except subprocess.TimeoutExpired as error:
            raise DryRunError(f"not done after {STEP_SECONDS} s") from error
        return done.stdout

    def _try_last_stage(self) -> None:
        """Run the ENTRYPOINT from the last stage alone, read-only.

        Root may write whatever the modes say, so the tree is also compared before and after.
        """
        *earlier, last = self.stages
        for folder in (*(stage.root for stage in earlier), self.context):
            shutil.rmtree(folder)
        for path in last.root.rglob("*"):
            if (
                not path.is_symlink()
                and path.stat().st_mode & 0o004 == 0
                and path.stat().st_uid == os.geteuid()
            ):
                raise DryRunError(f"{path.relative_to(last.root)}: the image's user could not read it")
        set_writable(last.root, writable=False)
        before = snapshot(last.root)
        try:
            said = self._execute(last, [*last.entrypoint, "--version"]).strip()
            if snapshot(last.root) != before:
                raise DryRunError("ENTRYPOINT: wrote into the read-only tree")
        finally:
            set_writable(last.root, writable=True)
        say(f"    {shlex.join(last.entrypoint)} --version, read-only: {said}")


def say(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Run it all; 0 when every step that can be done here succeeds. An argument names a new folder to keep."""
    project = Path(__file__).resolve().parent.parent
    kept = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(prefix="sereno-dry-run-") as folder:
        scratch = kept or Path(folder)
        scratch.mkdir(parents=True, exist_ok=kept is None)
        try:
            DryRun(project, scratch).run()
        except DryRunError as error:
            say(f"failed at {error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
