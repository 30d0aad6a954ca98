"""What all API calls share: JSON bodies, pages of a list, keys that make a create happen once."""

import base64
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, jsonify, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from intranet.web import caps
from intranet.web.routing import MAX_ID

STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)


def body() -> dict[str, Any]:
    """The submitted JSON object, or form fields. Raises BadRequest, RequestEntityTooLarge or UnsupportedMediaType."""
    if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return request.form.to_dict()
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    request.max_content_length = caps.JSON_SIZE
    raw = request.get_data(cache=False)
    if _depth(raw) > caps.JSON_DEPTH:
        raise BadRequest
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadRequest from error
    if not isinstance(said, dict):
        raise BadRequest
    return said


def _depth(raw: bytes) -> int:
    """How deep the brackets go; those inside strings do not count."""
    deepest = depth = 0
    for byte in STRING.sub(b"", raw):
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


def key() -> str | None:
    """The client's key for this create. Raises BadRequest when it is too long."""
    said = request.headers.get("Idempotency-Key") or request.form.get("client_key")
    if said and len(said) > 128:
        raise BadRequest
    return said or None


def limit(default: int = caps.PAGE) -> int:
    """`?limit=`, from 1 to the cap. Raises BadRequest."""
    said = request.args.get("limit", str(default))
    if not (said.isascii() and said.isdigit() and 1 <= int(said[:6]) <= caps.LIST):
        raise BadRequest
    return int(said)


def cursor(default: int = 0, name: str = "cursor") -> int:
    """`?cursor=`, or another id in the address, of a list that goes by id. Raises BadRequest."""
    said = request.args.get(name, "")
    if not said:
        return default
    if not (said.isascii() and said.isdigit() and len(said) < 20 and int(said) <= MAX_ID):
        raise BadRequest
    return int(said)


def place(*values: int | str) -> str:
    """A cursor of a list that goes by more than an id; what is in it is ours to change."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_place(*kinds: type[int | str]) -> list[Any] | None:
    """The values of `?cursor=`, each of its kind; None at the beginning. Raises BadRequest."""
    said = request.args.get("cursor", "")
    if not said:
        return None
    try:
        values = json.loads(base64.b64decode(said + "=" * (-len(said) % 4), altchars=b"-_", validate=True))
        if [type(each) for each in values] != list(kinds) or len(said) > caps.PATH:
            raise BadRequest
        json.dumps(values, ensure_ascii=False).encode()  # half a letter is none
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRequest from error
    if any(isinstance(each, int) and abs(each) > MAX_ID for each in values):
        raise BadRequest
    return list(values)


def listing(rows: Sequence[Any], limit: int, show: Callable[[Sequence[Any]], list[Any]], by: str = "id") -> Response:
    """One page of a list; `rows` holds one more than the limit when there are more."""
    shown = rows[:limit]
    following = str(getattr(shown[-1], by)) if len(rows) > limit else None
    return jsonify(items=show(shown), next=following)


def created(said: Any) -> Response:
    response = jsonify(said)
    response.status_code = 201
    return response


def accepted(said: Any) -> Response:
    """It will be done, and is not yet."""
    response = jsonify(said)
    response.status_code = 202
    return response


def done() -> Response:
    return Response(status=204)
