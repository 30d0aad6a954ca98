"""Every write of the home page."""

from sqlalchemy.orm import Session

from intranet.plugin_api import Person, people


def save_order(db: Session, person_id: int, order: str) -> None:
    """In which order this person has their feed."""
    person = db.get_one(Person, person_id)
    people.change(db, person, look={**(person.look or {}), "order": order})
