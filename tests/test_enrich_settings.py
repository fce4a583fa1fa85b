"""Settings: defaults, a partial TOML file, and errors that name value, place and remedy."""

import pytest

from enrich.errors import SettingsError
from enrich.settings import Settings


def toml(tmp_path, text):
    path = tmp_path / "enrich.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_partial_file_overrides_only_what_it_names(tmp_path):
    path = toml(tmp_path, 'max_pages_per_company = 3\nmin_confidence = 1\nemail_columns = ["kontakt"]\n')
    settings = Settings.from_toml(path)
    assert (settings.max_pages_per_company, settings.min_confidence) == (3, 1.0)
    assert settings.email_columns == ("kontakt",)
    assert settings.max_body_bytes == Settings().max_body_bytes


def test_an_empty_file_is_the_defaults(tmp_path):
    assert Settings.from_toml(toml(tmp_path, "")) == Settings()


def test_extractor_files_are_beside_the_configuration(tmp_path):
    settings = Settings.from_toml(toml(tmp_path, 'extractor_modules = ["own.py", "package.module"]'))
    assert settings.extractor_modules == (str(tmp_path / "own.py"), "package.module")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("max_pages_per_compny = 3", "'max_pages_per_compny'; did you mean 'max_pages_per_company'?"),
        ("zzz = 3", "unknown setting 'zzz'; settings are email_columns, domain_columns"),
        ('max_body_bytes = "10 MB"', "max_body_bytes is '10 MB'; it must be a whole number, as 2000000"),
        ("max_body_bytes = 1.5", "max_body_bytes is 1.5; it must be a whole number"),
        ("max_body_bytes = true", "max_body_bytes is True; it must be a whole number"),
        ("max_body_bytes = 0", "max_body_bytes is 0; it must be 1 or more"),
        ('min_confidence = "high"', "min_confidence is 'high'; it must be a number, as 0.0"),
        ("min_confidence = 1.5", "min_confidence is 1.5; it must be from 0 to 1"),
        ("min_confidence = nan", "min_confidence is nan; it must be from 0 to 1"),
        ("contact = 5", "contact is 5; it must be a text, as ''"),
        ('contact = "a\\r\\nCookie: x"', "it must be an e-mail address or URL in ASCII"),
        ('contact = "Jan (Acme)"', "it must be an e-mail address or URL in ASCII"),
        ("pause_seconds = -1", "pause_seconds is -1.0; it must be a number of seconds, 0 or more"),
        ("deadline_seconds = inf", "deadline_seconds is inf; it must be a number of seconds"),
        ("max_seconds_per_company = nan", "max_seconds_per_company is nan; it must be a number of seconds"),
        ('networks = ["10.0.0.0/8"]', "unknown setting 'networks'"),
        ("ports = [22]", "unknown setting 'ports'"),
        ('email_columns = "mail"', "email_columns is 'mail'; it must be a list of texts"),
        ("email_columns = [1]", "email_columns is [1]; it must be a list of texts"),
        ("max_body_bytes = ", "is no valid TOML"),
    ],
)
def test_errors_name_value_place_and_remedy(tmp_path, text, message):
    path = toml(tmp_path, text)
    with pytest.raises(SettingsError) as error:
        Settings.from_toml(path)
    assert str(error.value).startswith(f"{path}: ")
    assert message in str(error.value)


def test_a_file_that_is_not_there_or_is_no_text(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.from_toml(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.from_toml(tmp_path)
    (tmp_path / "binary.toml").write_bytes(b"\xff\x00")
    with pytest.raises(SettingsError, match="no valid TOML"):
        Settings.from_toml(tmp_path / "binary.toml")
