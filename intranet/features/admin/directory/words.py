"""The names of what a directory has, gives and does."""

from intranet.plugin_api import N_

PRESETS = {"openldap": "OpenLDAP", "ad": "Active Directory", "freeipa": "FreeIPA", "lldap": "LLDAP"}
FIELD_NAMES = {
    "name": N_("Name"), "email": N_("Email"), "title": N_("Job title"), "department": N_("Department"),
    "division": N_("Division"), "phone": N_("Phone"), "mobile": N_("Mobile"), "location": N_("Place"),
    "started_on": N_("Started on"), "employee_type": N_("Kind of contract"), "language": N_("Language"),
    "photo": N_("Photo"), "manager": N_("Manager"),
}  # fmt: skip
RULE_BY = {
    "group": N_("Group"), "department": N_("Department"), "division": N_("Division"), "location": N_("Place"),
    "employee_type": N_("Kind of contract"),
}  # fmt: skip
GIVES = {
    "member": N_("is member of"), "keeper": N_("is keeper of"), "admin": N_("is admin"), "guest": N_("is guest"),
    "nothing": N_("may not sign in"),
}  # fmt: skip
HAPPENED = {
    "added": N_("New"), "changed": N_("Changed"), "renamed": N_("Renamed"), "left": N_("Disabled"),
    "would leave": N_("Have left, still let in"), "returned": N_("Back again"), "admin": N_("Became admin"),
    "guest": N_("Became guest"), "plain": N_("Role taken back"), "joined": N_("Joined a room"),
    "quit": N_("Taken out of a room"), "refused": N_("Not let in"), "warned": N_("Want a look"),
}  # fmt: skip
