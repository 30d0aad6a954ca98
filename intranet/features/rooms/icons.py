"""The icons that a room may wear. The build reads their names from here."""

from dataclasses import dataclass

from intranet.plugin_api import N_


@dataclass(frozen=True)
class Icon:
    """A name of lucide, and what it shows for who does not see it."""

    name: str
    label: str


ICONS = (
    Icon("users", N_("People")), Icon("megaphone", N_("Megaphone")), Icon("moon-star", N_("Night")),
    Icon("sun", N_("Sun")), Icon("wrench", N_("Wrench")), Icon("hammer", N_("Hammer")), Icon("cog", N_("Gear wheel")),
    Icon("gauge", N_("Gauge")), Icon("hard-hat", N_("Helmet")), Icon("factory", N_("Factory")),
    Icon("truck", N_("Truck")), Icon("package", N_("Parcel")), Icon("store", N_("Shop")),
    Icon("shopping-cart", N_("Shopping cart")), Icon("briefcase", N_("Briefcase")), Icon("wallet", N_("Wallet")),
    Icon("chart-line", N_("Chart")), Icon("scale", N_("Scales")), Icon("handshake", N_("Handshake")),
    Icon("shield", N_("Shield")), Icon("life-buoy", N_("Lifebuoy")), Icon("heart", N_("Heart")),
    Icon("flask-conical", N_("Flask")), Icon("ruler", N_("Ruler")), Icon("cpu", N_("Chip")), Icon("code", N_("Code")),
    Icon("rocket", N_("Rocket")), Icon("lightbulb", N_("Light bulb")), Icon("book-open", N_("Book")),
    Icon("graduation-cap", N_("Graduation cap")), Icon("palette", N_("Paint")), Icon("camera", N_("Camera")),
    Icon("music", N_("Music")), Icon("coffee", N_("Coffee")), Icon("chef-hat", N_("Chef's hat")),
    Icon("cake", N_("Cake")), Icon("sprout", N_("Plant")), Icon("bike", N_("Bicycle")), Icon("plane", N_("Plane")),
    Icon("trophy", N_("Cup")),
)  # fmt: skip
NAMES = frozenset(icon.name for icon in ICONS)
