"""The colours that a room may wear, in steps of ten degrees, with a name for who does not see them."""

from intranet.plugin_api import N_

HUES = (
    N_("Rose"), N_("Salmon"), N_("Coral"), N_("Red"), N_("Brick"), N_("Copper"), N_("Orange"), N_("Apricot"),
    N_("Amber"), N_("Gold"), N_("Yellow"), N_("Olive"), N_("Lime"), N_("Moss"), N_("Green"), N_("Leaf"),
    N_("Emerald"), N_("Pine"), N_("Mint"), N_("Teal"), N_("Turquoise"), N_("Lagoon"), N_("Cyan"), N_("Sky"),
    N_("Azure"), N_("Blue"), N_("Cornflower"), N_("Cobalt"), N_("Indigo"), N_("Lavender"), N_("Violet"), N_("Purple"),
    N_("Plum"), N_("Magenta"), N_("Orchid"), N_("Pink"),
)  # fmt: skip
