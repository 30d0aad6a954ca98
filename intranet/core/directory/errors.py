"""What a directory can answer instead of what was asked."""

from enum import StrEnum


class Why(StrEnum):
    """Why a directory could not answer; the tester has words and a likely fix for each."""

    UNREACHABLE = "unreachable"
    UNKNOWN_HOST = "unknown host"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    WRONG_NAME = "wrong name"
    NO_TLS = "no tls"
    NEEDS_TLS = "needs tls"
    SERVICE_REFUSED = "service account refused"
    NOT_ALLOWED = "not allowed"
    NO_BASE = "no such base"
    ELSEWHERE = "elsewhere"
    CUT = "cut"
    FILTER = "filter"
    OTHER = "other"


class DirectoryUnavailable(Exception):
    """The directory cannot answer; the message says why in words, `why` which kind of trouble it is."""

    def __init__(self, words: str, why: Why = Why.OTHER) -> None:
        super().__init__(words)
        self.why = why


class WrongCredentials(Exception):
    """The directory says no. `reason` is for the audit log, never for the person at the door."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


# What Active Directory hides behind "invalid credentials" (Microsoft, System Error Codes 1300 to 1999, in hexadecimal).
AD_REASONS = {
    "525": "unknown", "52e": "wrong password", "530": "outside of the allowed hours", "531": "not from this computer",
    "532": "password expired", "533": "disabled", "701": "account expired", "773": "password must change",
    "775": "locked",
}  # fmt: skip


def ad_reason(message: str) -> str:
    """`80090308: LdapErr: DSID-0C0903A9, comment: …, data 775, v1db1` says "locked"; empty when it says nothing."""
    code = message.partition("data ")[2].partition(",")[0].strip().lower()
    return AD_REASONS.get(code, "")
