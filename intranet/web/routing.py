"""Routes with an access rule. Closed by default: without a written rule the server does not start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, Flask
from werkzeug.routing import IntegerConverter, ValidationError

Rule = Literal["person", "admin", "public"]
RULES = ("person", "admin", "public")
MAX_ID = (1 << 63) - 1


class UnruledRoute(RuntimeError):
    """A route says nowhere who may use it."""


class Routes(Blueprint):
    """A group of routes of one feature. `access` is the rule of all that do not name their own."""

    def __init__(self, name: str, import_name: str, *, access: Rule, **options: Any) -> None:
        super().__init__(name, import_name, template_folder="templates", **options)
        self.access = access


@dataclass(frozen=True)
class RouteInfo:
    """One line of `intranet routes`."""

    method: str
    path: str
    rule: str
    endpoint: str


def public(reason: str) -> Callable[[Any], Any]:
    """Marks a route that anyone may use, with the reason for it."""
    if not reason:
        raise ValueError("an open door needs a reason")
    return _ruled("public", reason)


def admin_only(view: Any) -> Any:
    return _ruled("admin", "")(view)


def _ruled(rule: Rule, reason: str) -> Callable[[Any], Any]:
    def mark(view: Any) -> Any:
        view.access_rule, view.access_reason = rule, reason
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> str:
    """The access rule of an endpoint. Raises UnruledRoute."""
    view = app.view_functions[endpoint]
    blueprint = app.blueprints.get(endpoint.rpartition(".")[0])
    rule = getattr(view, "access_rule", None) or getattr(blueprint, "access", None)
    if rule not in RULES:
        raise UnruledRoute(f"the route {endpoint} has no access rule")
    return str(rule)


def list_routes(app: Flask) -> list[RouteInfo]:
    """Every route with its rule, by path. Raises UnruledRoute."""
    found = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            found.append(RouteInfo(method, rule.rule, rule_of(app, rule.endpoint), rule.endpoint))
    return sorted(found, key=lambda each: (each.path, each.method))


class IdConverter(IntegerConverter):
    """An id that the database can hold; anything else is a path that does not exist."""

    regex = r"[1-9][0-9]{0,18}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_ID:
            raise ValidationError
        return number
