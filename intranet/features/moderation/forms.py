"""What is typed to report something, and to decide about it."""

from typing import Annotated, Literal

from intranet.plugin_api import N_, Form, line, text

REASONS = {
    "rude": N_("It is rude or hurtful"),
    "private": N_("It tells something private"),
    "wrong": N_("It is wrong or misleading"),
    "place": N_("It does not belong here"),
    "other": N_("Something else"),
}


class ReportForm(Form):
    reason: Literal["rude", "private", "wrong", "place", "other"]
    words: Annotated[str, text(500)] = ""


class DecisionForm(Form):
    """`hide` takes it out of sight until it is decided; `keep` brings it back."""

    decision: Literal["hide", "keep", "remove"]
    reason: Annotated[str, line(300)] = ""
