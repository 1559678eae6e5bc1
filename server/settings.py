"""What an operator may set, each with its meaning, and how it is read.

Values come from a TOML file and are overridden by environment variables
`MESHWORK_<SECTION>__<NAME>`. An unknown key is an error that names the nearest known one, because a
misspelt safety setting must not be ignored silently. `meshwork settings show` prints this table.
"""

import dataclasses
import difflib
import ipaddress
import os
import re
import tomllib
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

PREFIX = "MESHWORK_"
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsError(Exception):
    """A setting is unknown, malformed or contradicts another; the text says which and why."""


def _help(text: str, **kwargs: typing.Any) -> typing.Any:  # noqa: ANN401 - as dataclasses.field
    """Return a dataclass field that carries its explanation."""
    return field(metadata={"help": text}, **kwargs)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSettings:
    """Who this instance is."""

    base_url: str = _help(
        "The public address, scheme and host (and port), without a path.",
        default="http://localhost:8080",
    )
    name: str = _help("The name people see.", default="Meshwork")
    description: str = _help(
        "One or two sentences about the organisation that runs this instance.",
        default="Find your way into work: vacancies, courses, events, projects and tools.",
    )
    contact_email: str = _help("Where people and other operators write to.", default="")
    languages: tuple[str, ...] = _help(
        "Languages of the interface, the first is the default.",
        default=("en", "nl", "fr", "de", "fi", "sv", "ar", "uk", "fa"),
    )
    time_zone: str = _help("IANA time zone for dates on pages.", default="Europe/Brussels")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """How the server listens."""

    listen: str = _help("Address and port to listen on.", default="127.0.0.1:8080")
    trusted_proxies: tuple[Network, ...] = _help(
        "Networks of reverse proxies whose X-Forwarded-For is believed.", default=()
    )
    metrics_networks: tuple[Network, ...] = _help(
        "Networks that may read /metrics.",
        default=(ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")),
    )
    shutdown_seconds: int = _help("How long open requests may finish after SIGTERM.", default=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """Where everything durable lives."""

    url: str = _help(
        "sqlite+aiosqlite:////path/db.sqlite or postgresql+asyncpg://user:password@host/name.",
        default="sqlite+aiosqlite:///data/meshwork.sqlite",
    )
    pool_size: int = _help("Connections to PostgreSQL of one process.", default=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSettings:
    """Uploaded and cached pictures."""

    root: Path = _help("Folder of uploaded files.", default=Path("data/media"))
    max_image_bytes: int = _help("Largest upload, in bytes.", default=16 * 1024 * 1024)
    max_pixels: int = _help(
        "Largest picture, in pixels, refused before decoding.", default=40_000_000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSettings:
    """The ground of maps; without a source of tiles maps show points alone."""

    tile_url: str = _help(
        "Address of map tiles with {z}, {x} and {y}. Browsers of visitors fetch them from there.",
        default="",
    )
    attribution: str = _help("Who made the map, as the source of the tiles demands.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretsSettings:
    """The instance key, which wraps every other key; keep it outside database and backups."""

    key_file: Path = _help(
        "File with the instance key, made on the first start.", default=Path("data/instance.key")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationSettings:
    """How this instance meets others."""

    mode: str = _help("`open`, or `partners`: only partner instances federate.", default="open")
    authorized_fetch: bool = _help(
        "Answer ActivityPub documents only to signed requests.", default=False
    )
    allowed_private_networks: tuple[Network, ...] = _help(
        "Private networks that may be contacted, for development and tests.", default=()
    )
    ca_file: Path | None = _help(
        "Additional certificate authority (PEM) to trust for other instances.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsSettings:
    """Protection against overload."""

    enabled: bool = _help("Rate limits on pages and API.", default=True)
    inbox_queue: int = _help(
        "Unhandled received activities above which inboxes answer 503.", default=10_000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsSettings:
    """Background work."""

    in_process: bool = _help(
        "Run background work inside `serve`; switch off when `meshwork worker` runs.", default=True
    )
    parallel: int = _help("Jobs under way at once in one process.", default=256)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How mails leave this instance."""

    host: str = _help("The SMTP server. Empty: no mails leave this machine.", default="")
    port: int = _help("Its port: 587 with starttls, 465 with tls, 25 with none.", default=587)
    security: str = _help(
        "`starttls`, `tls`, or `none` for a server next door.", default="starttls"
    )
    username: str = _help("Name to sign in with; empty for none.", default="")
    password: str = _help("Password to sign in with.", default="")
    ca_file: Path | None = _help(
        "Additional certificate authority (PEM) to trust for the SMTP server.", default=None
    )
    sender: str = _help("The address mails come from; empty for noreply@ this host.", default="")
    sender_name: str = _help("The name mails come from; empty for the instance's.", default="")
    folder: Path | None = _help(
        "Write mails into this folder instead of sending them, for development.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsSettings:
    """What people who meet are offered."""

    video_pattern: str = _help(
        "Address of a video room with {room}, such as https://video.ours.example/{room}; a room"
        " gets a name nobody guesses. Empty: no video calls.",
        default="",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """What is written to the log; never personal data."""

    level: str = _help("debug, info, warning or error.", default="info")
    format: str = _help("`console` or `json`.", default="console")


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationSettings:
    """A service that translates texts by machine; only public posts and authors' own are sent."""

    url: str = _help(
        "Address of a service with LibreTranslate's API; empty for no translation.", default=""
    )
    api_key: str = _help("The key that the service wants, if it wants one.", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one process."""

    instance: InstanceSettings = field(default_factory=InstanceSettings)
    http: HttpSettings = field(default_factory=HttpSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    media: MediaSettings = field(default_factory=MediaSettings)
    map: MapSettings = field(default_factory=MapSettings)
    secrets: SecretsSettings = field(default_factory=SecretsSettings)
    federation: FederationSettings = field(default_factory=FederationSettings)
    limits: LimitsSettings = field(default_factory=LimitsSettings)
    jobs: JobsSettings = field(default_factory=JobsSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    translation: TranslationSettings = field(default_factory=TranslationSettings)
    meetings: MeetingsSettings = field(default_factory=MeetingsSettings)
    log: LogSettings = field(default_factory=LogSettings)

    @property
    def host(self) -> str:
        """The host (and non-default port) that handles and ids carry."""
        return urlsplit(self.instance.base_url).netloc


def load(path: Path | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """Read settings from a TOML file (or MESHWORK_SETTINGS) and the environment.

    Raises SettingsError with one clear line for anything unknown or malformed.
    """
    environment = os.environ if environment is None else environment
    named = environment.get(PREFIX + "SETTINGS")
    path = path or (Path(named) if named else None)
    values: dict[str, dict[str, object]] = {}
    if path is not None:
        values = _from_file(path)
    for name, text in environment.items():
        if name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            values.setdefault(section, {})[key] = text
    return _checked(_build(values))


def _from_file(path: Path) -> dict[str, dict[str, object]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    for section, table in document.items():
        if not isinstance(table, dict):
            raise SettingsError(f"{section!r} in {path} must be a section: [{section}]")
    return document


def _build(values: Mapping[str, Mapping[str, object]]) -> Settings:
    sections = {f.name: f for f in fields(Settings)}
    built: dict[str, typing.Any] = {}
    for section, table in values.items():
        if section not in sections:
            raise SettingsError(_unknown("section", section, sections))
        section_type = typing.get_type_hints(Settings)[section]
        hints = typing.get_type_hints(section_type)
        arguments = {}
        for key, value in table.items():
            if key not in hints:
                raise SettingsError(_unknown("setting", f"{section}.{key}", _names(sections)))
            arguments[key] = _converted(f"{section}.{key}", hints[key], value)
        built[section] = section_type(**arguments)
    return Settings(**built)


def _names(sections: Mapping[str, dataclasses.Field[typing.Any]]) -> list[str]:
    hints = typing.get_type_hints(Settings)
    return [f"{section}.{f.name}" for section in sections for f in fields(hints[section])]


def _unknown(what: str, name: str, known: typing.Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"unknown {what} {name!r}{hint}"


def _converted(name: str, wanted: object, value: object) -> object:
    """Return the value in the wanted type; text is accepted for every type."""
    try:
        return _convert(wanted, value)
    except (ValueError, TypeError) as error:
        raise SettingsError(f"{name}: {error}") from error


def _convert(wanted: object, value: object) -> object:
    origin = typing.get_origin(wanted)
    if origin is types.UnionType:
        return None if value == "" else _convert(typing.get_args(wanted)[0], value)
    if origin is tuple:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list):
            raise TypeError("expected a list")
        return tuple(_convert(typing.get_args(wanted)[0], part) for part in parts if part != "")
    return _SCALARS.get(typing.cast("type", wanted), _network)(value)


def _whole_number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("expected a whole number")
    return int(value)


def _network(value: object) -> Network:
    return ipaddress.ip_network(str(value).strip())


def _boolean(value: object) -> bool:
    known = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    try:
        return known[str(value).lower()]
    except KeyError:
        raise ValueError("expected true or false") from None


_SCALARS: Mapping[type, Callable[[object], object]] = {
    bool: _boolean,
    int: _whole_number,
    str: str,
    Path: lambda value: Path(str(value)).expanduser(),
}


def _checked(settings: Settings) -> Settings:
    """Return the settings, or raise SettingsError when two of them contradict each other."""
    parts = urlsplit(settings.instance.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise SettingsError("instance.base_url must be http(s)://host without a path")
    if settings.federation.mode not in {"open", "partners"}:
        raise SettingsError("federation.mode must be `open` or `partners`")
    if not settings.database.url.startswith(("sqlite+aiosqlite://", "postgresql+asyncpg://")):
        raise SettingsError(
            "database.url must begin with sqlite+aiosqlite:// or postgresql+asyncpg://"
        )
    _check_tiles(settings.map)
    if not settings.instance.languages:
        raise SettingsError("instance.languages must name at least one language")
    if settings.http.listen.rpartition(":")[2].isdecimal() is False:
        raise SettingsError("http.listen must be address:port")
    _check_mail(settings.mail)
    _check_video(settings.meetings.video_pattern)
    clean = settings.instance.base_url.rstrip("/").lower()
    return dataclasses.replace(
        settings, instance=dataclasses.replace(settings.instance, base_url=clean)
    )


def _check_video(pattern: str) -> None:
    parts = urlsplit(pattern)
    has_room = pattern.count("{room}") == 1 and "{room}" not in parts.netloc
    if pattern and not (parts.scheme == "https" and parts.hostname and has_room):
        raise SettingsError("meetings.video_pattern must be https://host/… with {room} once")


def _check_mail(mail: MailSettings) -> None:
    if mail.security not in {"starttls", "tls", "none"}:
        raise SettingsError("mail.security must be `starttls`, `tls` or `none`")
    if mail.password and mail.security == "none" and mail.host not in _NEXT_DOOR:
        raise SettingsError("mail.password would be sent in the clear: use starttls or tls")
    if any(character in mail.sender + mail.sender_name for character in "\r\n"):
        raise SettingsError("mail.sender and mail.sender_name must be one line")
    if mail.sender and not mail.sender.strip("@").count("@") == 1:
        raise SettingsError("mail.sender must be an address like noreply@ours.example")


_NEXT_DOOR = frozenset({"localhost", "127.0.0.1", "::1"})


def _check_tiles(settings: MapSettings) -> None:
    if not settings.tile_url:
        return
    parts = urlsplit(settings.tile_url)
    names_a_place = all(f"{{{one}}}" in parts.path + parts.query for one in "xyz")
    # The host goes into a header of ours, so it holds nothing that could end it.
    is_host = re.fullmatch(r"[A-Za-z0-9.:-]+", parts.netloc) is not None
    if parts.scheme not in {"http", "https"} or not is_host or not names_a_place:
        raise SettingsError("map.tile_url must be http(s)://host/… with {z}, {x} and {y}")
    if not settings.attribution:
        raise SettingsError("map.attribution must say who made the map of map.tile_url")
