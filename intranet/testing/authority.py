"""A certificate authority for one test, and the certificate of a server, by the openssl command."""

import ipaddress
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAMES = ("localhost", "127.0.0.1")
# What Python 3.13 asks of an authority: it says that it signs, and its certificates say which key signed them.
SETTINGS = """
[ca]
default_ca = authority
[authority]
database = issued.txt
rand_serial = yes
unique_subject = no
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
authorityKeyIdentifier = keyid
subjectAltName = {names}
"""


def make_authority(folder: Path, names: Sequence[str] = NAMES, days: int = 2) -> None:
    """Writes ca.pem, and server.pem and server.key for these host names and addresses.

    With negative `days` the server's certificate has expired; the authority's has not.
    """
    (folder / "authority.cnf").write_text(SETTINGS.format(names=",".join(map(_named, names))), encoding="ascii")
    (folder / "issued.txt").touch()
    ends = datetime.now(UTC) + timedelta(days=days)
    dates = f"-startdate {_date(ends - timedelta(days=abs(days) + 1))} -enddate {_date(ends)}"
    for arguments in (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=TestAuthority -addext keyUsage=critical,keyCertSign"
        " -keyout ca.key -out ca.pem",
        f"req -newkey rsa:2048 -nodes -subj /CN={names[0]} -keyout server.key -out server.csr",
        f"ca -batch -notext -config authority.cnf -cert ca.pem -keyfile ca.key {dates} -in server.csr -out server.pem",
    ):
        subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)


def _named(name: str) -> str:
    """An address is named in both ways, because ldap3 on Python 3.12 and later reads only the first."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return f"DNS:{name}"
    return f"DNS:{name},IP:{name}"


def _date(moment: datetime) -> str:
    return f"{moment:%Y%m%d%H%M%SZ}"
