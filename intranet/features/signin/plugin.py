"""What signing in offers."""

from intranet.features.signin import forgotten, letters, routes, second
from intranet.plugin_api import Job, Routes, hookimpl


@hookimpl(specname="routes")
def offered_routes() -> list[Routes]:
    return [routes.routes, second.routes, forgotten.routes]


@hookimpl(specname="jobs")
def offered_jobs() -> list[Job]:
    return [Job(letters.JOB, letters.send)]
