"""A real OpenLDAP with a certificate authority of its own, for tests: Debian's `slapd` on high ports."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from intranet.testing.running import free_port

BASE = "dc=aurora,dc=example"
SERVICE_DN = f"cn=admin,{BASE}"
SERVICE_PASSWORD = "service-secret"  # noqa: S105
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
allow bind_v2 bind_anon_cred
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
loglevel 256
database mdb
suffix "{base}"
rootdn "{service}"
rootpw {password}
directory {folder}/db
"""
TREE = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Aurora
dc: aurora

dn: ou=people,{BASE}
objectClass: organizationalUnit
ou: people
"""


@dataclass
class Slapd:
    """A running server."""

    folder: Path
    ldap_port: int
    ldaps_port: int
    process: "subprocess.Popen[bytes]"

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def ldaps(self) -> str:
        return f"ldaps://localhost:{self.ldaps_port}"

    @property
    def ldap(self) -> str:
        return f"ldap://localhost:{self.ldap_port}"

    def log_text(self) -> str:
        return (self.folder / "slapd.log").read_text(encoding="utf-8", errors="replace")

    def add(self, ldif: str) -> None:
        command = [
            "ldapadd",
            "-x",
            "-H",
            f"ldap://127.0.0.1:{self.ldap_port}",
            "-D",
            SERVICE_DN,
            "-w",
            SERVICE_PASSWORD,
        ]
        subprocess.run(command, input=ldif.encode(), check=True, capture_output=True)

    def add_person(self, username: str, name: str, password: str, **attributes: str) -> None:
        lines = [
            f"dn: uid={username},ou=people,{BASE}",
            "objectClass: inetOrgPerson",
            f"uid: {username}",
            f"cn: {name}",
        ]
        lines += [f"sn: {name.split()[-1]}", f"userPassword: {password}"]
        self.add("\n".join(lines + [f"{key}: {value}" for key, value in attributes.items()]) + "\n")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def start(folder: Path) -> Iterator[Slapd]:
    """Starts a server with an empty tree. Raises RuntimeError in words when it cannot."""
    program = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/bin")
    if program is None:
        raise RuntimeError("slapd is missing; scripts/prepare installs it")
    make_authority(folder)
    (folder / "db").mkdir()
    said = CONFIGURATION.format(folder=folder, base=BASE, service=SERVICE_DN, password=SERVICE_PASSWORD)
    (folder / "slapd.conf").write_text(said, encoding="utf-8")
    ports = free_port(), free_port()
    urls = f"ldap://127.0.0.1:{ports[0]} ldaps://127.0.0.1:{ports[1]}"
    with (folder / "slapd.log").open("wb") as log:
        command = [program, "-f", str(folder / "slapd.conf"), "-h", urls, "-d", "256"]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    server = Slapd(folder, *ports, process)
    try:
        _await(server)
        server.add(TREE)
        yield server
    finally:
        server.stop()


def make_authority(folder: Path) -> None:
    """An authority and a certificate for localhost, by the openssl command."""
    subject = folder / "subject.cnf"
    subject.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n", encoding="ascii")
    for arguments in (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=TestAuthority -keyout ca.key -out ca.pem",
        "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile subject.cnf -out server.pem",
    ):
        subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)


def _await(server: Slapd) -> None:
    for _ in range(100):
        if server.process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.ldap_port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"slapd did not start: {server.log_text()[-500:]}")
