"""The worker of a house under test: it hears what happened when a test says so."""

from intranet.processes import answerer
from intranet.testing.house import House


def catch_up(house: House) -> None:
    """What the worker does with everything that it has not heard yet."""
    reader = answerer(house.site, house.app)
    try:
        reader.catch_up()
    finally:
        reader.socket.close()
