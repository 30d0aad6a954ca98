"""What an admin decides about links."""

from intranet.plugin_api import Form


class LinksForm(Form):
    is_on: bool = False
