"""The project's habits, as far as a test can see them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
PACKAGES = ("adapters", "bot", "guards")


def files() -> Iterator[Path]:
    """The project's own files, relative to it: what git knows or would take in; without git, what is there."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
        paths = [Path(name) for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        top = [p for p in PROJECT.iterdir() if p.name == ".ci" or not (p.is_dir() and p.name.startswith("."))]
        found = [p for t in top for p in (t, *t.rglob("*")) if "__pycache__" not in p.parts]
        paths = [p.relative_to(PROJECT) for p in found]
    return (path for path in paths if (PROJECT / path).is_file())


def texts(*suffixes: str) -> Iterator[tuple[Path, str]]:
    """Those of them that are text, or end in one of `suffixes`, with their content."""
    for path in files():
        if not suffixes or path.suffix in suffixes:
            content = (PROJECT / path).read_bytes()
            if b"\0" not in content:
                yield path, content.decode("utf-8", "replace")


def test_no_module_is_longer_than_a_room_should_be() -> None:
    counts = {path: text.count("\n") for path, text in texts(".py")}
    assert len(counts) > 20
    too_long = {str(p): n for p, n in counts.items() if n > (600 if p.parts[0] == "tests" else 400)}
    assert too_long == {}


def test_every_package_says_that_it_is_typed() -> None:
    assert [name for name in PACKAGES if not (PROJECT / name / "py.typed").is_file()] == []


def test_every_page_of_the_documentation_goes_into_the_wheel_and_no_picture() -> None:
    metadata = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = metadata["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert sorted(shipped) == sorted(str(p.relative_to(PROJECT)) for p in (PROJECT / "docs").glob("*.md"))


def test_the_licence_is_apache_2() -> None:
    licence = (PROJECT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    metadata = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert metadata["project"]["license"] == "Apache-2.0"


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[?Unreleased\]?$", changelog, re.MULTILINE)


def test_no_file_knows_the_machine_that_it_was_written_on() -> None:
    machine = re.compile(
        r"(?<![\w.-])/(?:wor" r"k/(?:main|shared|\.library)|opt/py" r"pi|root/\.py" r"env)\b"
    )
    assert [str(path) for path, text in texts() if machine.search(text)] == []


def test_packages_come_from_the_public_index_alone() -> None:
    lock = (PROJECT / "uv.lock").read_text(encoding="utf-8")
    addresses = set(re.findall(r'"(\w+://[^/"]+/(?:simple)?)', lock))
    assert addresses == {"https://pypi.org/simple", "https://files.pythonhosted.org/"}
    assert set(re.findall(r"source = \{ (\w+)", lock)) == {"registry", "editable"}
    option = re.compile(r"--(?:extra-)?index" r"-url|--find" r"-links|tool\.uv\.index")
    assert [str(path) for path, text in texts() if option.search(text)] == []


def targets() -> set[str]:
    """What the Makefile can make."""
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):(?!=)", makefile, re.MULTILINE))


def test_every_make_command_in_the_documents_exists() -> None:
    named = {
        (str(path), target)
        for path, text in texts(".md")
        for target in re.findall(r"(?:^|`)\s*(?:\$ )?make ([a-z-]+)(?=`|$|\s+#)", text, re.MULTILINE)
    }
    assert {("README.md", "run"), ("README.md", "test")} <= named
    assert {(path, target) for path, target in named if target not in targets()} == set()


def test_pre_commit_runs_what_make_check_runs() -> None:
    config = yaml.safe_load((PROJECT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repo,) = config["repos"]
    assert repo["repo"] == "local"
    hooks = {re.sub(r" --force-exclude$", "", hook["entry"]) for hook in repo["hooks"]}
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    (recipe,) = re.findall(r"^check: setup\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    made = {line.replace("\t$(BIN)/", ".venv/bin/").removesuffix(" --check") for line in recipe.splitlines()}
    assert hooks == made


# --- setting up, with interpreters that are not there: nothing is installed here

MODERN = """#!/bin/sh
case $2 in
*version_info*) echo $0;;
*ensurepip*) exit {ensurepip};;
*) echo made by $0; exit 9;;
esac
"""
OLD = "#!/bin/sh\nexit 1\n"
# Its environments have a pip and a uv that only write down what they were asked for.
COMPLETE = """#!/bin/sh
case $2 in
*version_info*) echo $0; exit;;
*ensurepip*) exit;;
esac
mkdir -p $3/bin
echo "#!$PWD/$3/bin/python" > $3/bin/pip
echo '#!/bin/sh
[ "$1" = -c ] || echo python "$@" >> calls' > $3/bin/python
echo '#!/bin/sh
if [ "$1" = --version ]; then echo "uv {uv} (of a test)"; exit; fi
echo uv "$@" >> calls
[ ! -f offline ]' > $3/bin/uv
chmod +x $3/bin/*
"""


def bare_machine(tmp_path: Path, interpreters: dict[str, str]) -> tuple[Path, Path]:
    """A folder with the files that setting up needs, and a PATH with nothing but `interpreters` on it."""
    project, programs = tmp_path / "a project", tmp_path / "bin"
    project.mkdir()
    programs.mkdir()
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(PROJECT / name, project)
    for name in ("sh", "make", "cat", "chmod", "cksum", "grep", "mkdir", "rm"):
        (programs / name).symlink_to(str(shutil.which(name)))
    for name, script in interpreters.items():
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    return project, programs


def set_up(project: Path, programs: Path, *arguments: str) -> tuple[int, list[str]]:
    """`make setup`: its exit code, and all that it says."""
    done = subprocess.run(
        ["make", "setup", *arguments],
        cwd=project,
        env={"PATH": str(programs), "VIRTUAL_ENV": str(programs), "LANG": "C"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(
    ("interpreters", "chosen"),
    [
        ({"python3": MODERN.format(ensurepip=0), "python3.12": MODERN.format(ensurepip=0)}, "python3"),
        ({"python3": OLD, "python3.12": MODERN.format(ensurepip=0)}, "python3.12"),
        ({"python3.11": MODERN.format(ensurepip=0)}, "python3.11"),
        ({"python3": MODERN.format(ensurepip=1), "python3.13": MODERN.format(ensurepip=0)}, "python3.13"),
    ],
)
def test_setup_takes_the_first_interpreter_that_will_do(
    tmp_path: Path, interpreters: dict[str, str], chosen: str
) -> None:
    project, programs = bare_machine(tmp_path, interpreters)
    status, lines = set_up(project, programs)
    assert status == 2
    assert lines[0] == f"Setting up .venv with {programs / chosen} (once; needs the network)"
    assert lines[1] == f"made by {programs / chosen}"


@pytest.mark.parametrize(
    ("interpreters", "arguments", "beginning", "advice"),
    [
        ({"python3": OLD}, (), "Sereno needs Python 3.11 or later; found none as python3 ", "PYTHON=/path"),
        ({}, (), "Sereno needs Python 3.11 or later; found none as python3 ", "PYTHON=/path"),
        (
            {"python3": MODERN.format(ensurepip=0), "mine": OLD},
            ("PYTHON=mine",),
            "Sereno needs",
            'as "mine".',
        ),
        (
            {"python3": MODERN.format(ensurepip=1)},
            (),
            "{programs}/python3 cannot make",
            "apt install python3-venv",
        ),
    ],
)
def test_setup_says_in_one_line_what_is_missing_and_touches_nothing(
    tmp_path: Path, interpreters: dict[str, str], arguments: tuple[str, ...], beginning: str, advice: str
) -> None:
    project, programs = bare_machine(tmp_path, interpreters)
    status, (ours, _make_s) = set_up(project, programs, *arguments)
    assert status == 2
    assert ours.startswith(beginning.format(programs=programs))
    assert advice in ours
    assert not (project / ".venv").exists()


def test_setup_does_only_what_has_become_necessary(tmp_path: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    (uv,) = re.findall(r"^UV_VERSION := (.+)$", makefile, re.MULTILINE)
    project, programs = bare_machine(tmp_path, {"python3": COMPLETE.replace("{uv}", uv)})
    install, sync = (
        f"python -m pip install --quiet --disable-pip-version-check uv=={uv}",
        "uv sync --frozen --quiet",
    )
    again = f"{sync} --system-certs"

    def calls(expected_status: int = 0) -> list[str]:
        status, lines = set_up(project, programs)
        assert status == expected_status, lines
        done = project / "calls"
        made = done.read_text(encoding="utf-8").splitlines() if done.exists() else []
        done.unlink(missing_ok=True)
        assert bool(lines) == bool(made), "silent exactly when there is nothing to do"
        return made

    assert calls() == [install, sync]
    assert calls() == []
    (project / "uv.lock").touch()
    assert calls() == [], "a new time is no new content"
    (project / "uv.lock").write_text("changed", encoding="utf-8")
    (project / "offline").touch()
    assert calls(2) == [sync, again]
    (project / "offline").unlink()
    assert calls() == [sync], "what could not be brought up to date is kept and tried again"
    (project / ".venv" / ".unfinished").touch()
    assert calls() == [install, sync], "interrupted"
    (project / ".venv" / "bin" / "python").unlink()
    assert calls() == [install, sync], "broken"
    project = project.rename(tmp_path / "elsewhere")
    assert calls() == [install, sync], "moved"
    assert calls() == []
