"""What is asked of the audit log."""

from datetime import date
from typing import Annotated, Literal

from intranet.plugin_api import Form, line


class WantedForm(Form):
    person: Annotated[str, line(254)] = ""
    action: Annotated[str, line(60)] = ""
    since: date | Literal[""] = ""
    until: date | Literal[""] = ""
