"""Somebody at a house that really runs, over HTTP: their session, their programs, and the streams that they hold open."""

import http.client
import re
import time
from urllib.parse import urlencode

PATIENCE_S = 20
FORM = "application/x-www-form-urlencoded"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Remote:
    """A browser without scripts, or, with a token, a program."""

    def __init__(self, port: int, *, token: str = "") -> None:
        self.port, self.cookies = port, dict[str, str]()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def sign_in(self, username: str, password: str) -> int:
        return self.post("/login", "/login", username=username, password=password)

    def get(self, path: str) -> int:
        return self._ask("GET", path)[0]

    def post(self, page: str, path: str, **values: str) -> int:
        """Sends the form of a page, with the page's token."""
        token = TOKEN.search(self._ask("GET", page)[1])
        return self._ask("POST", path, urlencode({"csrf_token": token[1] if token else "", **values}))[0]

    def listen(self, path: str) -> "Listener":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request("GET", path, headers=self._sent())
        return Listener(connection.getresponse())

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(method, path, body, {**self._sent(), "Content-Type": FORM} if body else self._sent())
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        said = answer.read().decode(errors="replace")
        connection.close()
        return answer.status, said

    def _sent(self) -> dict[str, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**self.headers, **({"Cookie": cookie} if cookie else {})}


class Listener:
    """An open stream. Reading it past PATIENCE_S raises TimeoutError."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.answer = answer
        if answer.status != 200:
            raise PermissionError(f"the stream was answered with {answer.status}")
        self.hear("beat")

    def hear(self, name: str) -> None:
        """Reads on to the next message of that name. Raises EOFError where the stream ends before."""
        while (line := self.answer.readline()) != f"event: {name}\n".encode():
            if not line:
                raise EOFError(name)

    def seconds_to_the_end(self) -> float:
        """Reads until the server has told that the right to listen ended, and has hung up."""
        began = time.monotonic()
        self.hear("session.ended")
        while self.answer.readline():
            pass
        return time.monotonic() - began
