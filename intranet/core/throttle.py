"""Rate windows that all processes share: a storage for the `limits` library over our own table."""

import time
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import text

from intranet.kernel.db import Database

INCREASE = text(
    "INSERT INTO throttle (key, count, expires_at) VALUES (:key, :amount, :later)"
    " ON CONFLICT (key) DO UPDATE SET"
    " count = CASE WHEN throttle.expires_at <= :now THEN :amount ELSE throttle.count + :amount END,"
    " expires_at = CASE WHEN throttle.expires_at <= :now THEN :later ELSE throttle.expires_at END"
    " RETURNING count"
)


class DatabaseStorage(Storage):
    """Counters in the company's database, so that every door and every process counts the same."""

    def __init__(self, database: Database) -> None:
        super().__init__(None)
        self.database = database

    @property
    def base_exceptions(self) -> type[Exception]:
        return RuntimeError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self.database.write() as db:
            values = {"key": key, "amount": amount, "now": now, "later": now + expiry}
            return int(db.execute(INCREASE, values).scalar_one())

    def get(self, key: str) -> int:
        row = self._row(key)
        return int(row[0]) if row and row[1] > time.time() else 0

    def get_expiry(self, key: str) -> float:
        row = self._row(key)
        return float(row[1]) if row else time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with self.database.write() as db:
            return int(db.execute(text("DELETE FROM throttle")).rowcount)  # type: ignore[attr-defined]

    def clear(self, key: str) -> None:
        if self._row(key) is None:
            return  # as at nearly every sign-in; reading disturbs nobody
        with self.database.write() as db:
            db.execute(text("DELETE FROM throttle WHERE key = :key"), {"key": key})

    def _row(self, key: str) -> Any:
        with self.database.read() as db:
            return db.execute(text("SELECT count, expires_at FROM throttle WHERE key = :key"), {"key": key}).first()


class Throttle:
    """Counts tries. `rate` is written as in the limits library: `10 per 5 minute`."""

    def __init__(self, database: Database) -> None:
        self._limiter = FixedWindowRateLimiter(DatabaseStorage(database))
        self._rates: dict[str, RateLimitItem] = {}

    def may_try(self, rate: str, *key: str) -> bool:
        return self._limiter.test(self._item(rate), *key)

    def count(self, rate: str, *key: str) -> None:
        self._limiter.hit(self._item(rate), *key)

    def forget(self, rate: str, *key: str) -> None:
        self._limiter.clear(self._item(rate), *key)

    def seconds_left(self, rate: str, *key: str) -> int:
        reset_at = self._limiter.get_window_stats(self._item(rate), *key).reset_time
        return max(1, int(reset_at - time.time()))

    def _item(self, rate: str) -> RateLimitItem:
        return self._rates.setdefault(rate, parse(rate))
