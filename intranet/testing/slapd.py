"""A real OpenLDAP with a certificate authority of its own, for tests: Debian's `slapd` on high ports."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from intranet.testing.authority import NAMES, make_authority
from intranet.testing.ldif import Tree, Value, escaped, record
from intranet.testing.running import free_port

BASE = "dc=aurora,dc=example"
PEOPLE, GROUPS = f"ou=people,{BASE}", f"ou=groups,{BASE}"
POLICY_DN = f"cn=default,ou=policies,{BASE}"
SERVICE_DN = f"cn=admin,{BASE}"  # the root of the tree: no limit and no rule holds for it
SERVICE_PASSWORD = "service-secret"  # noqa: S105
READER_DN = f"cn=reader,ou=services,{BASE}"  # what a company really gives us: it reads, within limits
READER_PASSWORD = "reader-secret"  # noqa: S105
NOBODY_DN = f"cn=nobody,{BASE}"  # no entry: the schema wants a member in every group, so it stands where nobody does
MANY_PASSWORD = "one-for-many"  # noqa: S105
CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
attributetype ( 2.16.840.1.113730.3.8.3.1 NAME 'ipaUniqueID' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 2.16.840.1.113730.3.1.610 NAME 'nsAccountLock' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 2.16.840.1.113730.3.8.4.1 NAME 'ipaObject' SUP top AUXILIARY MUST ipaUniqueID MAY nsAccountLock )
objectclass ( 2.16.840.1.113730.3.8.4.6 NAME 'ipaUserGroup' SUP top AUXILIARY )
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload refint
moduleload ppolicy
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
maxsize 1073741824
dbnosync
index objectClass,uid,cn,mail,member,memberOf,manager,entryUUID eq
limits * size={size_limit} size.prtotal={paging}
access to attrs=userPassword by self write by anonymous auth by * none
access to * by anonymous auth by users read
overlay memberof
memberof-refint true
overlay refint
refint_attributes manager
overlay ppolicy
ppolicy_default {policy}
ppolicy_use_lockout
"""
TREE = f"""dn: {BASE}
objectClass: dcObject
objectClass: organization
o: Aurora
dc: aurora

dn: {PEOPLE}
objectClass: organizationalUnit

dn: {GROUPS}
objectClass: organizationalUnit

dn: ou=services,{BASE}
objectClass: organizationalUnit

dn: ou=policies,{BASE}
objectClass: organizationalUnit

dn: {POLICY_DN}
objectClass: device
objectClass: pwdPolicy
pwdAttribute: userPassword
pwdLockout: TRUE

dn: {READER_DN}
objectClass: organizationalRole
objectClass: simpleSecurityObject
userPassword: {READER_PASSWORD}
"""


@dataclass
class Slapd(Tree):
    """A server, and its tree."""

    folder: Path
    ldap_port: int
    ldaps_port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def ldaps(self) -> str:
        return f"ldaps://localhost:{self.ldaps_port}"

    @property
    def ldap(self) -> str:
        return f"ldap://localhost:{self.ldap_port}"

    def log_text(self) -> str:
        return (self.folder / "slapd.log").read_text(encoding="utf-8", errors="replace")

    def add_person(self, username: str, name: str, password: str, **attributes: Value) -> None:
        """`manager` may be a username; bytes (a photo) and any letters are fine."""
        pairs: list[tuple[str, Value]] = [("objectClass", "inetOrgPerson"), ("uid", username), ("cn", name)]
        pairs += [("sn", name.split()[-1]), ("userPassword", password), *self._resolved(attributes)]
        self.add(record(f"uid={username},{PEOPLE}", pairs))

    def add_group(self, name: str, members: Sequence[str]) -> None:
        """Members are usernames, groups or DNs. One who is deleted leaves the group, unless they were the last in it."""
        pairs = [("member", self.dn_of(member)) for member in members or [NOBODY_DN]]
        self.add(record(f"cn={name},{GROUPS}", [("objectClass", "groupOfNames"), *pairs]))

    def add_many(self, count: int) -> None:
        """Loads `person00001` and so on in one go; each leads ten others, all have one password."""
        self.add("".join(_one_of_many(number) for number in range(1, count + 1)))

    def lock(self, username: str) -> None:
        """Locks an account until an administrator opens it, by the password policy."""
        self.replace(username, pwdAccountLockedTime="000001010000Z")

    def delete(self, name: str) -> None:
        dn = self.dn_of(name)
        super().delete(dn)
        self._await_forgotten(dn)

    def rename(self, name: str, new_rdn: str, new_superior: str | None = None) -> None:
        dn = self.dn_of(name)
        super().rename(dn, new_rdn, new_superior)
        self._await_forgotten(dn)

    def start(self) -> None:
        """Serves the tree, on the same ports each time. Raises RuntimeError in words when it cannot."""
        program = shutil.which("slapd", path="/usr/sbin:/usr/lib/openldap:/usr/bin")
        if program is None:
            raise RuntimeError("slapd is missing; scripts/prepare installs it")
        urls = f"ldap://127.0.0.1:{self.ldap_port} ldaps://127.0.0.1:{self.ldaps_port}"
        command = [program, "-f", str(self.folder / "slapd.conf"), "-h", urls, "-d", "256"]
        with (self.folder / "slapd.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self._await()

    def stop(self) -> None:
        """Ends the server at once; its tree stays."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def _await_forgotten(self, dn: str) -> None:
        """The server corrects who is whose manager only after it has answered."""
        led, itself = f"(manager={escaped(dn)})", f"(entryDN={escaped(dn)})"  # itself: renamed in upper or lower case
        for _ in range(100):
            if not self.search(led) or self.search(itself):
                return
            time.sleep(0.02)
        raise RuntimeError(f"{dn} is still somebody's manager")

    def _await(self) -> None:
        for _ in range(100):
            if self.process and self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.ldap_port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError(f"slapd did not start: {self.log_text()[-500:]}")


@contextmanager
def start(
    folder: Path, *, size_limit: int = 500, paging: bool | int = True, names: Sequence[str] = NAMES, days: int = 2
) -> Iterator[Slapd]:
    """Starts a server without people. Raises RuntimeError in words when it cannot.

    `size_limit` holds for everybody but SERVICE_DN; 500 is what slapd itself would say. With `paging` a paged
    search gets beyond it, given as a number up to so many people. `names` and `days` are those of the certificate.
    """
    make_authority(folder, names, days)
    (folder / "db").mkdir()
    said = CONFIGURATION.format(
        folder=folder, base=BASE, service=SERVICE_DN, password=SERVICE_PASSWORD, policy=POLICY_DN,
        size_limit=size_limit, paging={True: "unlimited", False: "disabled"}[paging] if isinstance(paging, bool) else paging,
    )  # fmt: skip
    (folder / "slapd.conf").write_text(said, encoding="utf-8")
    ldap_port, ldaps_port = free_port(), free_port()
    url = f"ldap://127.0.0.1:{ldap_port}"
    server = Slapd(url, BASE, SERVICE_DN, SERVICE_PASSWORD, folder / "ca.pem", folder, ldap_port, ldaps_port)
    try:
        server.start()
        server.add(TREE)
        yield server
    finally:
        server.stop()


def _one_of_many(number: int) -> str:
    username = f"person{number:05}"
    family = ("Ortner", "Mensah", "Müller", "Østergård", "Nowak")[number % 5]
    pairs = {
        "objectClass": "inetOrgPerson", "uid": username, "cn": f"Person {number} {family}", "sn": family,
        "userPassword": MANY_PASSWORD, "mail": f"{username}@aurora.example", "telephoneNumber": str(number),
        "title": ("Welder", "Fitter", "Engineer", "Planner")[number % 4],
        "departmentNumber": ("Workshop", "Design", "Sales", "Office")[number % 4], "l": ("Graz", "Linz")[number % 2],
    }  # fmt: skip
    if number > 1:
        pairs["manager"] = f"uid=person{(number + 8) // 10:05},{PEOPLE}"
    return record(f"uid={username},{PEOPLE}", pairs.items())
