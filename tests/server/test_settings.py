"""Settings: what is read, what overrides, and what is refused with a helpful line."""

import ipaddress
from pathlib import Path

import pytest

from server.settings import SettingsError, load


def test_the_environment_overrides_the_file(tmp_path: Path):
    file = tmp_path / "settings.toml"
    file.write_text('[instance]\nbase_url = "https://a.example"\nname = "A"\n')

    settings = load(file, {"MESHWORK_INSTANCE__BASE_URL": "https://B.example/"})

    assert settings.instance.base_url == "https://b.example"
    assert settings.instance.name == "A"
    assert settings.host == "b.example"


def test_lists_booleans_and_paths_are_read_from_text():
    settings = load(
        None,
        {
            "MESHWORK_FEDERATION__ALLOWED_PRIVATE_NETWORKS": "127.0.0.0/8,::1/128",
            "MESHWORK_FEDERATION__AUTHORIZED_FETCH": "true",
            "MESHWORK_FEDERATION__CA_FILE": "/somewhere/ca.pem",
            "MESHWORK_LIMITS__ENABLED": "false",
            "MESHWORK_HTTP__TRUSTED_PROXIES": "127.0.0.1/32",
        },
    )

    assert settings.federation.allowed_private_networks[0] == ipaddress.ip_network("127.0.0.0/8")
    assert settings.federation.authorized_fetch is True
    assert settings.federation.ca_file == Path("/somewhere/ca.pem")
    assert settings.limits.enabled is False


def test_the_settings_file_can_be_named_by_the_environment(tmp_path: Path):
    file = tmp_path / "settings.toml"
    file.write_text('[instance]\nname = "Named"\n')

    assert load(None, {"MESHWORK_SETTINGS": str(file)}).instance.name == "Named"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"MESHWORK_INSTANCE__BASE_ULR": "x"}, "did you mean 'instance.base_url'"),
        ({"MESHWORK_INSTANSE__NAME": "x"}, "did you mean 'instance'"),
        ({"MESHWORK_INSTANCE__BASE_URL": "ftp://x"}, "base_url"),
        ({"MESHWORK_INSTANCE__BASE_URL": "https://x/path"}, "base_url"),
        ({"MESHWORK_LIMITS__ENABLED": "perhaps"}, "expected true or false"),
        ({"MESHWORK_FEDERATION__MODE": "closed"}, "federation.mode"),
        ({"MESHWORK_DATABASE__URL": "mysql://x"}, "database.url"),
        ({"MESHWORK_HTTP__LISTEN": "localhost"}, "address:port"),
        ({"MESHWORK_MEDIA__MAX_IMAGE_BYTES": "many"}, "media.max_image_bytes"),
        ({"MESHWORK_HTTP__TRUSTED_PROXIES": "everywhere"}, "http.trusted_proxies"),
    ],
)
def test_a_wrong_setting_is_refused_with_one_clear_line(environment: dict[str, str], said: str):
    with pytest.raises(SettingsError, match=r".+") as refused:
        load(None, environment)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unreadable_or_broken_file_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match="cannot read"):
        load(tmp_path / "missing.toml", {})
    broken = tmp_path / "broken.toml"
    broken.write_text("[instance\n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load(broken, {})
    flat = tmp_path / "flat.toml"
    flat.write_text("instance = 3\n")
    with pytest.raises(SettingsError, match="must be a section"):
        load(flat, {})


@pytest.mark.parametrize(
    ("tile_url", "attribution", "word"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", "", "attribution"),
        ("https://tiles.example/{z}/{x}.png", "© Makers", "tile_url"),
        ("ftp://tiles.example/{z}/{x}/{y}", "© Makers", "tile_url"),
        ("https://tiles.example; script-src */{z}/{x}/{y}", "© Makers", "tile_url"),
    ],
)
def test_a_source_of_map_tiles_is_whole_or_refused(tile_url: str, attribution: str, word: str):
    environment = {"MESHWORK_MAP__TILE_URL": tile_url, "MESHWORK_MAP__ATTRIBUTION": attribution}
    with pytest.raises(SettingsError, match=word):
        load(None, environment)


def test_a_source_of_map_tiles_can_be_chosen():
    environment = {
        "MESHWORK_MAP__TILE_URL": "https://tiles.example/{z}/{x}/{y}.png",
        "MESHWORK_MAP__ATTRIBUTION": "© Makers of the map",
    }
    assert load(None, environment).map.tile_url.startswith("https://tiles.example/")


@pytest.mark.parametrize(
    "pattern",
    [
        "http://video.ours.example/{room}",
        "https://video.ours.example/",
        "https://{room}.ours.example/",
        "https:///{room}",
        "https://video.ours.example/{room}/{room}",
        "javascript:{room}",
    ],
)
def test_a_video_service_that_cannot_be_linked_to_is_refused(pattern: str):
    with pytest.raises(SettingsError, match="video_pattern"):
        load(None, {"MESHWORK_MEETINGS__VIDEO_PATTERN": pattern})


def test_a_video_service_is_named_by_its_pattern():
    pattern = "https://video.ours.example/{room}"
    settings = load(None, {"MESHWORK_MEETINGS__VIDEO_PATTERN": pattern})
    assert settings.meetings.video_pattern == pattern
