"""Every write about security."""

from sqlalchemy.orm import Session

from intranet.plugin_api import Person, administration, audit, read_value, save_value


def save_rules(db: Session, *, second_factor: str, keepers_add_people: bool, actor: Person, address: str) -> None:
    """Writes what differs."""
    wanted = {"security.second_factor": second_factor, "people.keepers_add_people": keepers_add_people}
    for key, value in wanted.items():
        if read_value(db, key) != value:
            save_value(db, key, value)
            audit.write(db, "setting.changed", key, actor_id=actor.id, address=address, value=value)


def let_in(db: Session, name: str, *, actor: Person, address: str) -> None:
    administration.let_in(db, name, actor=actor, address=address)
