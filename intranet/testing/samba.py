"""A real Active Directory for tests: a domain of its own, served by Debian's Samba.

It answers on the fixed ports 389, 636, 3268 and 3269 of an address of its own in 127.0.0.0/8, so that several runs,
and a directory that the machine may have, do not meet.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from intranet.testing.authority import make_authority
from intranet.testing.ldif import Tree, Value, record

DOMAIN = "ad.aurora.example"
BASE = "DC=ad,DC=aurora,DC=example"
PEOPLE, GROUPS = f"OU=People,{BASE}", f"OU=Groups,{BASE}"
ADMINISTRATOR, ADMINISTRATOR_PASSWORD = f"CN=Administrator,CN=Users,{BASE}", "Aurora-administrator-1"
SERVICE_DN, SERVICE_UPN = f"CN=Intranet Reader,{PEOPLE}", f"reader@{DOMAIN}"  # a plain account, as companies give one
SERVICE_PASSWORD = "service-secret"  # noqa: S105
HOST = f"dc1.{DOMAIN}"
PORTS = (389, 636, 3268, 3269)
PATHS = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
DEBIAN_PYTHON = "/usr/bin/python3"  # the one that has Samba's modules
LOCKING_DN = f"CN=locking,CN=Password Settings Container,CN=System,{BASE}"
IN_1970 = "116444736000000000"  # Active Directory counts 100 ns since 1601
TREE = f"""dn: {PEOPLE}
objectClass: organizationalUnit

dn: {GROUPS}
objectClass: organizationalUnit

dn: {BASE}
changetype: modify
replace: pwdProperties
pwdProperties: 0
-
replace: minPwdLength
minPwdLength: 0

dn: {LOCKING_DN}
objectClass: msDS-PasswordSettings
msDS-PasswordSettingsPrecedence: 1
msDS-PasswordReversibleEncryptionEnabled: FALSE
msDS-PasswordHistoryLength: 0
msDS-PasswordComplexityEnabled: FALSE
msDS-MinimumPasswordLength: 0
msDS-MinimumPasswordAge: 0
msDS-MaximumPasswordAge: -9223372036854775808
msDS-LockoutThreshold: 1
msDS-LockoutObservationWindow: -18000000000
msDS-LockoutDuration: -18000000000
"""
SET_BACK = """
import sys
import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

settings, database, dn, when = sys.argv[1:]
parameters = LoadParm()
parameters.load(settings)
sam = SamDB(url=database, session_info=system_session(), lp=parameters)
change = ldb.Message(ldb.Dn(sam, dn))
change["pwdLastSet"] = ldb.MessageElement(when, ldb.FLAG_MOD_REPLACE, "pwdLastSet")
sam.modify(change, ["local_oid:1.3.6.1.4.1.7165.4.3.20:0"])  # the control that lets a date be set
"""


@dataclass
class Samba(Tree):
    """A domain controller, and its domain. Nobody in it is locked out by wrong passwords but after `lock_out`."""

    folder: Path
    home: Path
    address: str

    @property
    def ldaps(self) -> str:
        return f"ldaps://{self.address}"

    @property
    def ldap(self) -> str:
        return f"ldap://{self.address}"

    def log_text(self) -> str:
        return (self.folder / "samba.log").read_text(encoding="utf-8", errors="replace")

    def add_person(self, username: str, name: str, password: str, **attributes: Value) -> None:
        """The entry is called by the full name, as in a company's domain; `manager` may be a username."""
        pairs: list[tuple[str, Value]] = [("objectClass", "user"), ("sAMAccountName", username)]
        pairs += [("userPrincipalName", f"{username}@{DOMAIN}"), ("displayName", name), ("sn", name.split()[-1])]
        pairs += [("unicodePwd", f'"{password}"'.encode("utf-16-le")), ("userAccountControl", "512")]
        self.add(record(f"CN={name},{PEOPLE}", pairs + self._resolved(attributes)))

    def add_group(self, name: str, members: Sequence[str]) -> None:
        """Members are usernames, groups or DNs."""
        pairs = [("member", self.dn_of(member)) for member in members]
        self.add(record(f"CN={name},{GROUPS}", [("objectClass", "group"), ("sAMAccountName", name), *pairs]))

    def disable(self, username: str) -> None:
        self.replace(username, userAccountControl="514")

    def expire(self, username: str) -> None:
        """The account's time is over."""
        self.replace(username, accountExpires=IN_1970)

    def expire_password(self, username: str) -> None:
        """The password is older than the domain allows. No one may write this by LDAP, so it goes to the database."""
        settings, database = self.home / "etc/smb.conf", self.home / "private/sam.ldb"
        _run(DEBIAN_PYTHON, "-c", SET_BACK, str(settings), str(database), self.dn_of(username), IN_1970)

    def must_change(self, username: str) -> None:
        """The next sign-in has to set another password."""
        self.replace(username, pwdLastSet="0")

    def lock_out(self, username: str) -> None:
        """Puts the account under a policy that allows one wrong password, and enters one."""
        dn = self.dn_of(username)
        applies = [("changetype", "modify"), ("add", "msDS-PSOAppliesTo"), ("msDS-PSOAppliesTo", dn)]
        self.modify(record(LOCKING_DN, applies))
        self.accepts(dn, "a wrong password")


def missing() -> str:
    """Words that say why no domain can be served here; empty when one can."""
    if os.geteuid() != 0:
        return "Samba answers on ports that only root may open"
    lacking = [name for name in ("samba", "samba-tool", "ldapadd", "openssl") if not shutil.which(name, path=PATHS)]
    if lacking or not Path("/usr/share/samba/setup").is_dir():
        return "Samba's domain controller is missing; scripts/prepare installs it"
    return ""


@contextmanager
def start(folder: Path) -> Iterator[Samba]:
    """Makes a domain with no people but the service account, and serves it; this takes about 5 seconds.

    `folder` gets the certificates and the log. The domain itself lives under a short name and ends with the server,
    because the path of a socket may have 107 bytes. The server also ends when this process does, however that happens.
    Raises RuntimeError in words when it cannot.
    """
    if lack := missing():
        raise RuntimeError(lack)
    address, login = _free_address(), (ADMINISTRATOR, ADMINISTRATOR_PASSWORD)
    make_authority(folder, (HOST, "localhost", address))
    with tempfile.TemporaryDirectory(prefix="dc-", dir="/tmp", ignore_cleanup_errors=True) as short:
        server = Samba(f"ldaps://{address}", BASE, *login, folder / "ca.pem", folder, Path(short), address)
        _provision(server)
        process = _serve(server)
        try:
            _await(server, process)
            server.add(TREE)
            server.add_person("reader", "Intranet Reader", SERVICE_PASSWORD)
            yield server
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def _free_address() -> str:
    address = "127.{}.{}.{}".format(*(1 + secrets.randbelow(254) for _ in range(3)))
    for port in PORTS:
        with socket.socket() as probe:
            try:
                probe.bind((address, port))
            except OSError as error:
                raise RuntimeError(f"Samba needs port {port}, which another server of this machine holds") from error
    return address


def _provision(server: Samba) -> None:
    """Makes the domain. What is given as an option stays in its smb.conf."""
    folder, home = server.folder.resolve(), server.home
    options = {
        "server services": "ldap", "interfaces": f"{server.address}/8", "bind interfaces only": "yes",
        "tls enabled": "yes", "tls keyfile": folder / "server.key", "tls certfile": folder / "server.pem",
        "tls cafile": folder / "ca.pem", "pid directory": home, "ncalrpc dir": home / "ncalrpc", "ldb:nosync": "true",
        "vfs objects": "dfs_samba4 acl_xattr xattr_tdb",  # asks nothing of the file system, nor of a container
    }  # fmt: skip
    _run(
        "samba-tool", "domain", "provision", "--configfile=/dev/null", "--server-role=dc", "--dns-backend=NONE",
        "--use-rfc2307", f"--realm={DOMAIN.upper()}", "--domain=AURORA", f"--host-name={HOST.split('.')[0]}",
        f"--adminpass={ADMINISTRATOR_PASSWORD}", f"--targetdir={home}",
        *[f"--option={name}={value}" for name, value in options.items()],
    )  # fmt: skip


def _serve(server: Samba) -> "subprocess.Popen[bytes]":
    """Interactive, Samba ends when its input does: also when this process was killed."""
    program, settings = shutil.which("samba", path=PATHS) or "", server.home / "etc/smb.conf"
    command = [program, "-i", "--no-process-group", f"--configfile={settings}"]
    with (server.folder / "samba.log").open("wb") as log:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True)


def _await(server: Samba, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        if server.accepts(ADMINISTRATOR, ADMINISTRATOR_PASSWORD):
            return
        time.sleep(0.05)
    raise RuntimeError(f"Samba did not start: {server.log_text()[-500:]}")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stderr[-500:]}")
