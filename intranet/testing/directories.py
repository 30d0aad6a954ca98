"""How tests open the directories that they started."""

from collections.abc import Sequence
from typing import Any

from intranet.core.directory.directory import Directory
from intranet.core.directory.settings import DirectorySettings
from intranet.testing import samba, slapd


class Fixed:
    """The directories of a test, as the sign-in asks them."""

    def __init__(self, *settings: DirectorySettings) -> None:
        self.opened = [Directory(each) for each in settings]

    def all(self) -> Sequence[Directory]:
        return self.opened


def openldap(server: slapd.Slapd, **more: Any) -> DirectorySettings:
    """Read by its plain service account, over LDAPS."""
    return DirectorySettings.model_validate({
        "servers": (server.ldaps,), "base_dn": slapd.PEOPLE, "ca_file": server.ca_file, "bind_dn": slapd.READER_DN,
        "bind_password": slapd.READER_PASSWORD, "timeout_s": 2, "group_base_dn": slapd.GROUPS, **more,
    })  # fmt: skip


def active_directory(server: samba.Samba, **more: Any) -> DirectorySettings:
    """Read by a plain account, over LDAPS."""
    return DirectorySettings.model_validate({
        "preset": "ad", "servers": (server.ldaps,), "base_dn": samba.BASE, "ca_file": server.ca_file,
        "bind_dn": samba.SERVICE_UPN, "bind_password": samba.SERVICE_PASSWORD, "timeout_s": 2, **more,
    })  # fmt: skip


def changed(settings: DirectorySettings, **values: Any) -> DirectorySettings:
    return DirectorySettings.model_validate({**settings.model_dump(), **values})
