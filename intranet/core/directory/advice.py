"""What each kind of trouble with a directory means, and the likely fix: gettext ids with named values."""

from intranet.core.directory.errors import Why
from intranet.core.forms import N_

TROUBLE: dict[Why, tuple[str, str]] = {
    Why.UNREACHABLE: (
        N_("%(server)s does not answer."),
        N_(
            "Look whether the server runs, the port is right and no firewall stands between. LDAPS is 636, LDAP is 389."
        ),
    ),
    Why.UNKNOWN_HOST: (
        N_("There is no server named %(server)s."),
        N_("Look for a typing mistake, and whether this box asks the company's name server."),
    ),
    Why.SLOW: (
        N_("%(server)s did not answer in time."),
        N_("The server is overloaded, or something in between drops the packets. A longer timeout only hides it."),
    ),
    Why.CERTIFICATE: (
        N_("The certificate of %(server)s cannot be trusted."),
        N_(
            "Give the certificate of the authority that signed it as CA file (PEM). If it has run out, it must be renewed."
        ),
    ),
    Why.WRONG_NAME: (
        N_("The certificate of %(server)s is for another name."),
        N_("Write the server as the certificate names it, usually its full name and not its address."),
    ),
    Why.NO_TLS: (
        N_("%(server)s does not speak the chosen encryption."),
        N_(
            "ldaps:// is for port 636; ldap:// with StartTLS is for port 389, and the server needs a certificate for both."
        ),
    ),
    Why.NEEDS_TLS: (
        N_("%(server)s refuses passwords that are sent without encryption."),
        N_("Use ldaps://, or ldap:// with StartTLS. Active Directory accepts nothing else."),
    ),
    Why.SERVICE_REFUSED: (
        N_("The service account is refused."),
        N_("Check its name (a full DN; for Active Directory also name@domain) and its password."),
    ),
    Why.NOT_ALLOWED: (
        N_("The service account may not read there."),
        N_("Give it the right to read people and groups below the base; reading is all it needs."),
    ),
    Why.NO_BASE: (
        N_("There is nothing at the place where people are looked for."),
        N_("Check the base DN: each part must be there, for example ou=people,dc=example,dc=com."),
    ),
    Why.ELSEWHERE: (
        N_("The place where people are looked for belongs to another server."),
        N_("Use that server, or a base DN that this one keeps; we follow no referrals."),
    ),
    Why.CUT: (
        N_("The directory gave only a part of the people and stopped at a limit."),
        N_(
            "Raise the size limit for the service account, or choose smaller pages. Nothing is synced from half an answer."
        ),
    ),
    Why.FILTER: (
        N_("The filter cannot be understood."),
        N_("Each bracket needs its partner, as in (&(objectClass=person)(mail=*))."),
    ),
    Why.OTHER: (
        N_("The directory answers with an error."),
        N_("The technical line below has its own words; the server's log says more."),
    ),
}

SIGN_IN: dict[str, tuple[str, str]] = {
    "wrong password": (N_("The password is wrong."), N_("Type it again; look at the keyboard's language.")),
    "unknown": (
        N_("The directory has nobody under this name where people are looked for."),
        N_("Look at the base, the filter and the attributes that people sign in with."),
    ),
    "several entries match": (
        N_("Several entries have this name, so nobody is let in."),
        N_("Choose attributes that are unique, or a smaller base."),
    ),
    "another user name": (
        N_("The directory found an entry, but under another name."),
        N_("Type the name exactly as the directory has it."),
    ),
    "the entry has no lasting id or no user name": (
        N_("The entry has no lasting id, or no user name."),
        N_("Set the id attribute: entryUUID for OpenLDAP and lldap, objectGUID for Active Directory, ipaUniqueID for FreeIPA."),
    ),
    "disabled": (N_("The account is disabled in the directory."), N_("Enable it there.")),
    "locked": (N_("The account is locked after too many wrong passwords."), N_("Unlock it in the directory, or wait.")),
    "password expired": (N_("The password has run out."), N_("Change it on a work computer.")),
    "password must change": (N_("The password must be changed first."), N_("Sign in on a work computer once.")),
    "account expired": (N_("The account has run out."), N_("Change its end date in the directory.")),
    "outside of the allowed hours": (
        N_("The directory does not allow this person to sign in at this hour."),
        N_("Change the logon hours in the directory."),
    ),
    "not from this computer": (
        N_("The directory allows this person to sign in on certain computers only."),
        N_("Add this box to them, or lift the restriction."),
    ),
    "empty": (N_("The name or the password is empty."), N_("Fill in both.")),
}  # fmt: skip
