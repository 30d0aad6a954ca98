"""One line for each thing that is said: what strangers send can neither begin a line nor hide one."""

import logging
import logging.config
from typing import Any

INDENT = "    "


class OneLine(logging.Formatter):
    """A message is one line; an exception's lines follow it, indented. What cannot be printed is escaped."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # another handler may have left its own there
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return "\n".join(INDENT + printable(line) for line in super().formatException(ei).split("\n"))


CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"{__name__}.OneLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"level": "WARNING", "handlers": ["errors"]},
    "loggers": {"gunicorn.error": {"level": "WARNING", "handlers": [], "propagate": True}},
}


def configure() -> None:
    """Lets this process write its log to the standard error stream."""
    logging.config.dictConfig(CONFIG)


def printable(text: str) -> str:
    """Control characters, line and direction marks and lone surrogates as Python would write them in a string."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
