"""Opens the company's directory from the settings."""

from intranet.core.signin.ldap import Directory, DirectorySettings
from intranet.kernel.settings import DirectorySection, SettingsError


def open_directory(section: DirectorySection | None) -> Directory | None:
    """None when the company has no directory. Raises SettingsError in words."""
    if section is None:
        return None
    values = section.model_dump(exclude={"bind_password_file", "bind_password"})
    try:
        return Directory(DirectorySettings(**values, bind_password=section.password()))
    except (TypeError, ValueError) as error:
        raise SettingsError(f"[directory] cannot be used: {error}") from error
