"""What one chooses on the home page."""

from typing import Literal

from intranet.plugin_api import Form


class OrderForm(Form):
    order: Literal["newest", "talked"]
