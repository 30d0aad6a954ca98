"""LDIF, and a directory that its administrator changes with it, by the commands of `ldap-utils`."""

import base64
import os
import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

Value = str | bytes
PLAIN = re.compile(r"(?![ :<])[ -~]*(?<! )")


def line(key: str, value: Value) -> str:
    """`key: value`, or `key:: …` in base64 where the value asks for it (RFC 2849)."""
    if isinstance(value, str) and PLAIN.fullmatch(value):
        return f"{key}: {value}"
    raw = value.encode() if isinstance(value, str) else value
    return f"{key}:: {base64.b64encode(raw).decode('ascii')}"


def record(dn: str, pairs: Iterable[tuple[str, Value]]) -> str:
    """One entry or change, closed by the empty line that lets records follow each other."""
    return "\n".join(line(key, value) for key, value in [("dn", dn), *pairs]) + "\n\n"


def escaped(value: str) -> str:
    """A value as it may stand in a filter (RFC 4515)."""
    return re.sub(r"[\\*()\0]", lambda found: f"\\{ord(found[0]):02x}", value)


@dataclass
class Tree:
    """A directory. A name is a username, a group's name or a whole DN.

    Every change raises RuntimeError with the server's own words when the server refuses it.
    """

    url: str
    base: str
    administrator: str
    password: str
    ca_file: Path

    def add(self, ldif: str) -> None:
        self._run("ldapadd", typed=ldif)

    def modify(self, ldif: str) -> None:
        self._run("ldapmodify", typed=ldif)

    def replace(self, name: str, **values: Value | None) -> None:
        """Sets these attributes of one entry; None takes an attribute away."""
        dn = self.dn_of(name)
        for key, value in values.items():
            change: list[tuple[str, Value]] = [("changetype", "modify"), ("replace", key)]
            self.modify(record(dn, change + ([] if value is None else self._resolved({key: value}))))

    def delete(self, name: str) -> None:
        self.modify(record(self.dn_of(name), [("changetype", "delete")]))

    def rename(self, name: str, new_rdn: str, new_superior: str | None = None) -> None:
        """Gives an entry another last name (`uid=anna`), and another parent when one is named by its DN."""
        pairs: list[tuple[str, Value]] = [("changetype", "modrdn"), ("newrdn", new_rdn), ("deleteoldrdn", "1")]
        self.modify(record(self.dn_of(name), pairs + ([("newsuperior", new_superior)] if new_superior else [])))

    def dn_of(self, name: str) -> str:
        """The DN of the one entry with this name, wherever it is. Raises RuntimeError when it is not exactly one."""
        if "=" in name:
            return name
        wanted = escaped(name)
        found = self.search(f"(|(uid={wanted})(sAMAccountName={wanted})(cn={wanted}))")
        if len(found) != 1:
            raise RuntimeError(f"{len(found)} entries are called {name}")
        return found[0]

    def search(self, wanted: str) -> list[str]:
        """The DNs of all entries that match this filter."""
        said = self._run("ldapsearch", "-LLL", "-o", "ldif-wrap=no", "-b", self.base, wanted, "1.1")
        found = re.findall(r"^dn:(:?) (.+)$", said, re.MULTILINE)
        return [base64.b64decode(dn).decode() if coded else dn for coded, dn in found]

    def accepts(self, name: str, password: str) -> bool:
        """Whether this is the password with which this person signs in now."""
        root = ["-b", "", "-s", "base", "1.1"]
        return self._start("ldapsearch", *root, dn=self.dn_of(name), password=password).returncode == 0

    def _resolved(self, attributes: Mapping[str, Value]) -> list[tuple[str, Value]]:
        """The attributes of a person, with the DN of a manager who was given by username."""
        return [(key, self.dn_of(str(value)) if key == "manager" else value) for key, value in attributes.items()]

    def _run(self, command: str, *arguments: str, typed: str = "") -> str:
        done = self._start(command, *arguments, typed=typed, dn=self.administrator, password=self.password)
        if done.returncode:
            raise RuntimeError(f"{command}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode()

    def _start(
        self, command: str, *arguments: str, dn: str, password: str, typed: str = ""
    ) -> "subprocess.CompletedProcess[bytes]":
        login = ["-x", "-H", self.url, "-D", dn, "-w", password]
        environment = {**os.environ, "LDAPTLS_CACERT": str(self.ca_file)}
        return subprocess.run([command, *login, *arguments], input=typed.encode(), capture_output=True, env=environment)
