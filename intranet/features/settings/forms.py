"""What is typed into my settings."""

from typing import Annotated, Literal

from intranet.plugin_api import Form, caps, line, text


class ProfileForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
    email: Annotated[str, line(254)] = ""
    title: Annotated[str, line(caps.LINE)] = ""
    department: Annotated[str, line(caps.LINE)] = ""
    phone: Annotated[str, line(60)] = ""
    location: Annotated[str, line(caps.LINE)] = ""
    about: Annotated[str, text(1000)] = ""


class LookForm(Form):
    language: Literal["", "en", "it", "de"] = ""
    theme: Literal["system", "light", "dark"] = "system"
    density: Literal["comfortable", "compact"] = "comfortable"
    text_size: Literal["100", "112", "125"] = "100"
    shortcuts: Literal["on", "off"] = "off"


class PasswordForm(Form):
    current: str = ""
    new: str = ""
    again: str = ""


class TokenForm(Form):
    name: Annotated[str, line(caps.LINE, required=True)]
