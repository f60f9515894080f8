"""Every setting, once. Read from the environment (prefix `SERENO_`, nested by `__`) and from secret files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

Role: TypeAlias = Literal["all", "gateway", "worker", "console"]
"""Which parts of Sereno a process runs."""

PREFIX = "SERENO_"
SECRETS = Path("/run/secrets")
"""Where containers find secrets: a file named like the setting holds its value."""


_USER_INFO = re.compile(r"(?<![^/@\s])[^/@\s]++@")
"""Name and password in a URL. Tried once a word: linear."""


class SettingsError(Exception):
    """A setting that cannot be used; each line names one, what was given, and what is allowed."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelSettings(_Section):
    """One language model behind an OpenAI-compatible endpoint."""

    name: str = Field(min_length=1, description="The model's name as the endpoint knows it")
    base_url: str = Field(
        "https://api.openai.com/v1",
        pattern=r"^https?://\S+$",
        description="The endpoint: http:// or https://, up to and with /v1",
    )
    api_key: SecretStr | None = Field(None, description="The endpoint's key; servers of your own need none")
    context_window: int = Field(
        16_384, ge=1024, le=10_000_000, description="Tokens of prompt and reply together"
    )
    max_tokens: int = Field(1024, ge=16, le=100_000, description="The most tokens of a reply")
    timeout: float = Field(60.0, gt=0, le=600, description="Seconds for a whole reply")
    completions: Literal["auto", "yes", "no"] = Field(
        "auto", description="Whether the endpoint has /completions, which /complete then uses"
    )
    max_concurrency: int = Field(8, ge=1, le=1000, description="Requests at the same time")
    price_in: float | None = Field(
        None, ge=0, description="What a million tokens of prompts cost, for the console's trends"
    )
    price_out: float | None = Field(None, ge=0, description="The same for a million tokens of replies")
    logprobs: bool = Field(
        False,
        description="Whether to ask for the probabilities of a reply's tokens: claims that the model was unsure of are noted",
    )


class HistorySettings(_Section):
    """What is kept of conversations."""

    days: int = Field(
        30, ge=1, le=3650, description="Days that turns, cases and what waits for a host are kept"
    )
    turns: int = Field(10_000, ge=1, le=1_000_000, description="The most turns of one conversation")


class GuardLogSettings(_Section):
    """What is kept of the guards' cases."""

    cases: int = Field(100_000, ge=100, le=10_000_000, description="The most cases of one community")


class WorkerSettings(_Section):
    """How a worker process works."""

    slots: int = Field(32, ge=1, le=10_000, description="Conversations worked on at the same time")


class DiscordSettings(_Section):
    """Discord."""

    token: SecretStr | None = Field(None, description="The bot's token; set: Sereno runs on Discord")
    message_content: bool = Field(
        False,
        description="Whether the bot has the message content intent: threads then go on without mentions",
    )
    api_url: str = Field(
        "https://discord.com/api/v10", pattern=r"^https?://\S+$", description="Discord's REST address"
    )
    gateway_url: str = Field(
        "", pattern=r"^(wss?://\S+)?$", description="The gateway's address; unset: Discord's own"
    )


class SlackSettings(_Section):
    """Slack."""

    bot_token: SecretStr | None = Field(
        None, description="The bot's token (xoxb-…); set: Sereno runs on Slack"
    )
    app_token: SecretStr | None = Field(
        None, description="The app's token (xapp-…) with connections:write, for Socket Mode"
    )
    signing_secret: SecretStr | None = Field(
        None, description="What Slack signs events with; needed beside SERENO_SLACK__HTTP_PORT alone"
    )
    client_id: str = Field(
        "",
        description="The app's client id; set: Sereno runs in all workspaces that install it, without a bot token",
    )
    client_secret: SecretStr | None = Field(None, description="What belongs to the client id")
    http_port: int | None = Field(
        None, ge=1, le=65535, description="The port for events over HTTP; unset: Socket Mode"
    )
    moderators: str = Field(
        "",
        description="The id of a user group (S…) whose members moderate, beside the workspace's admins",
    )
    api_url: str = Field(
        "https://slack.com/api/", pattern=r"^https?://\S+$", description="The Web API's address"
    )

    @property
    def is_on(self) -> bool:
        """Whether Sereno runs on Slack."""
        return self.bot_token is not None or self.client_id != ""


class HttpSettings(_Section):
    """Where the console listens."""

    host: str = Field(
        "127.0.0.1",
        min_length=1,
        description="The address that the console listens on; not this machine's own: set SERENO_CONSOLE__URL, too",
    )
    port: int = Field(8080, ge=1, le=65535, description="Its port")


class ConsoleSettings(_Section):
    """How the console is reached."""

    url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+/?)?$",
        description="Its address as moderators reach it, such as https://sereno.example.org; unset: http://, host and port",
    )


class LogSettings(_Section):
    """How logs are written."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "WARNING", description="The least that is logged"
    )
    format: Literal["auto", "console", "json"] = Field(
        "auto", description="auto: console in a terminal, else JSON lines"
    )


class Settings(BaseSettings):
    """All settings of a Sereno process."""

    model_config = SettingsConfigDict(
        frozen=True, env_prefix=PREFIX, env_nested_delimiter="__", extra="ignore", case_sensitive=False
    )

    redis_url: SecretStr | None = Field(
        None, description="The store: redis://, rediss:// or unix://; unset: an embedded server"
    )
    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("sereno", appauthor=False),
        description="Where the embedded store and the terminal's line history lie",
    )
    models: tuple[ModelSettings, ...] = Field(
        (), description="Language models in order of preference, as a JSON list"
    )
    model: ModelSettings | None = Field(None, description="The language model, when there is only one")
    claims_reader: bool = Field(
        False,
        description="Whether an encoder, too, reads claims and passages in English: up to 71 MB more once it has read",
    )
    discord: DiscordSettings = Field(default_factory=lambda: DiscordSettings.model_validate({}))
    slack: SlackSettings = Field(default_factory=lambda: SlackSettings.model_validate({}))
    history: HistorySettings = Field(default_factory=lambda: HistorySettings.model_validate({}))
    guardlog: GuardLogSettings = Field(default_factory=lambda: GuardLogSettings.model_validate({}))
    worker: WorkerSettings = Field(default_factory=lambda: WorkerSettings.model_validate({}))
    http: HttpSettings = Field(default_factory=lambda: HttpSettings.model_validate({}))
    console: ConsoleSettings = Field(default_factory=lambda: ConsoleSettings.model_validate({}))
    log: LogSettings = Field(default_factory=lambda: LogSettings.model_validate({}))

    @field_validator("data_dir")
    @classmethod
    def _expand(cls, path: Path) -> Path:
        return path.expanduser()

    @property
    def all_models(self) -> tuple[ModelSettings, ...]:
        """The models in order of preference; empty: the offline default."""
        return self.models or ((self.model,) if self.model else ())

    @property
    def prices(self) -> dict[str, tuple[float, float]]:
        """What a million tokens cost in prompts and in replies, for each model that has a price."""
        return {
            each.name: (each.price_in or 0.0, each.price_out or 0.0)
            for each in self.all_models
            if (each.price_in, each.price_out) != (None, None)
        }

    @property
    def console_urls(self) -> tuple[str, str]:
        """How the console is reached, from everywhere ("": it is not) and from this machine, without a slash at the end."""
        host = "127.0.0.1" if self.http.host in ("0.0.0.0", "::") else self.http.host  # noqa: S104 - only compared
        return self.console.url.rstrip("/"), f"http://{f'[{host}]' if ':' in host else host}:{self.http.port}"

    @property
    def console_url(self) -> str:
        """How the console is reached.

        Raises:
            SettingsError: it listens for other machines, and nothing says what they call it.
        """
        everywhere, here = self.console_urls
        if not everywhere and self.http.host not in ("127.0.0.1", "localhost", "::1"):
            raise SettingsError(
                f"SERENO_HTTP__HOST is {_short(self.http.host)}; "
                "SERENO_CONSOLE__URL must then say how the console is reached"
            )
        return everywhere or here

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` gives: the environment is read there, once."""
        return (init_settings,)


def revealed(secret: SecretStr | None) -> str:
    """A secret as it is; "" when it is not set."""
    return "" if secret is None else secret.get_secret_value()


class _Environment(EnvSettingsSource):
    """pydantic-settings' reading of an environment that was handed over."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = {name.lower(): value for name, value in environment.items()}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return dict(self._environment)


def load(environment: Mapping[str, str] | None = None, secrets: Path = SECRETS) -> Settings:
    """The settings from `environment` (default: the process's) and the files in `secrets`; files come second.

    Raises:
        SettingsError: a setting has a value that it cannot have.
    """
    given = dict(_secret_files(secrets)) | {
        name.upper(): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.upper().startswith(PREFIX) and value != ""
    }
    try:
        return Settings(**_Environment(given)())
    except ValidationError as error:
        raise SettingsError("\n".join(_sentences(error, given))) from None
    except ValueError as error:
        field = re.search(r'field "(\w+)"', str(error))
        raise SettingsError(f"{PREFIX}{field[1].upper() if field else '…'} is no valid JSON") from None


def _secret_files(folder: Path) -> Iterator[tuple[str, str]]:
    try:
        for file in sorted(folder.iterdir()) if folder.is_dir() else []:
            if file.name.upper().startswith(PREFIX) and file.is_file():
                value = file.read_text().strip()
                if value:
                    yield file.name.upper(), value
    except (OSError, UnicodeError) as error:
        where = getattr(error, "filename", None) or folder
        raise SettingsError(
            f"the secret {where} cannot be read: this account must be able to read it"
        ) from error


def _sentences(error: ValidationError, given: Mapping[str, str]) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        path = [str(part) for part in problem["loc"]]
        name = PREFIX + "__".join(part.upper() for part in path)
        if name not in given and path[0] == "models":
            name = (
                f"{PREFIX}MODELS, entry {path[1]}, {'.'.join(path[2:])}"
                if len(path) > 1
                else f"{PREFIX}MODELS"
            )
        value = "" if _is_secret(path) else f" is {_short(given.get(name, problem.get('input')))}"
        if problem["type"] == "missing":
            yield f"{name} is not set, and is needed beside the other {PREFIX}{path[0].upper()}__… settings"
        elif problem["type"] == "extra_forbidden":
            yield f"{name}: there is no such setting"
        elif problem["type"] == "string_pattern_mismatch":
            yield f"{name}{value}; it must begin with http:// or https://"
        else:
            said = problem["msg"].replace("valid tuple", "JSON list")
            yield f"{name}{value}; {said[0].lower()}{said[1:]}"


def _is_secret(path: list[str]) -> bool:
    # A whole model may hold its key, and what stands in its place may be one.
    name = path[-1]
    return (
        name in ("api_key", "redis_url", "model", "models")
        or name.isdigit()
        or "token" in name
        or "secret" in name
    )


def _short(value: object) -> str:
    return json.dumps(_USER_INFO.sub("***@", str(value))[:80], ensure_ascii=False)


def described(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> Iterator[tuple[str, str, str]]:
    """Every setting: its name in the environment, its default as text, what it means."""
    for name, field in model.model_fields.items():
        kinds = [
            kind
            for kind in (field.annotation, *getattr(field.annotation, "__args__", ()))
            if isinstance(kind, type)
        ]
        section = next((kind for kind in kinds if issubclass(kind, _Section)), None)
        if section is not None and name != "models":
            yield from described(section, f"{prefix}{name.upper()}__")
        else:
            default = (
                ""
                if field.is_required() or field.default_factory or field.default in (None, ())
                else field.default
            )
            yield f"{prefix}{name.upper()}", str(default), field.description or ""


def unknown(environment: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each name in `environment` that looks like a setting and is none."""
    names = [name for name, _, _ in described()]
    names += [f"{PREFIX}{section.upper()}" for section in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in names:
            import difflib  # For a slip only.

            near = difflib.get_close_matches(name, names, 1, 0.8)
            yield f"{name} is no setting{f': did you mean {near[0]}?' if near else ', and is ignored'}"
