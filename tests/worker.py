"""The worker, for tests that have no process of its own."""

from intranet.processes import answerer
from intranet.testing.house import House


def catch_up(house: House) -> None:
    """What the worker does with everything that it has not heard yet."""
    reader = answerer(house.site, house.app)
    reader.catch_up()
    reader.inbox.close()
