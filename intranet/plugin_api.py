"""The one door: every name that a feature or plugin may import. What is not here is ours to change."""

from intranet.core import (
    administration,
    audit,
    blocks,
    house,
    newcomers,
    notifications,
    once,
    orgchart,
    people,
    policy,
    profiles,
    sessions,
    tickets,
    tokens,
)
from intranet.core.cleaning import BIN_KEPT
from intranet.core.directory import check as directory_check
from intranet.core.directory import previews as directory_previews
from intranet.core.directory import settings as directory_settings
from intranet.core.directory import sync as directory_sync
from intranet.core.directory.directory import Directory
from intranet.core.entries import changes as entry_changes
from intranet.core.entries import queries as entry_queries
from intranet.core.entries import rules as entry_rules
from intranet.core.entries import words as entry_words
from intranet.core.entries.changes import NewAttachment
from intranet.core.entries.words import OFFERED, is_emoji
from intranet.core.errors import Conflict, Forbidden, Invalid, NotFound, Refused
from intranet.core.forms import N_, Form, line, text
from intranet.core.house import read_value, save_value
from intranet.core.models import (
    Attachment,
    AuditRow,
    Blob,
    DirectoryAccount,
    DirectoryRun,
    Entry,
    EntryRevision,
    HeldFile,
    JoinRequest,
    Membership,
    Notification,
    Person,
    Profile,
    Reaction,
    Room,
    SessionRow,
    Skill,
    Ticket,
    Token,
)
from intranet.core.rooms import changes as room_changes
from intranet.core.rooms import direct as direct_rooms
from intranet.core.rooms import queries as room_queries
from intranet.core.rooms.access import audience, readable, readable_ids, viewer_values
from intranet.core.rooms.queries import SeenRoom
from intranet.core.search import scope as search_scope
from intranet.core.signin import factors, passkeys, passwords, resets
from intranet.core.signin.login import DirectoryDown, TooManyTries, WrongLogin
from intranet.doctor import Finding
from intranet.doctor import examine as examine_box
from intranet.kernel import clock, events, outgoing, sandbox, signals
from intranet.kernel.db import Table
from intranet.kernel.events import Event, RowId
from intranet.kernel.folding import fold, folded, holds_words
from intranet.kernel.pictures import BrokenPicture, make_safe
from intranet.kernel.plugins import hookimpl
from intranet.kernel.prepared import Prepared
from intranet.kernel.search.language import excerpt
from intranet.kernel.search.query import Query, parse
from intranet.kernel.search.ranking import did_you_mean, find_ranked
from intranet.kernel.settings import SettingsError
from intranet.kernel.text import clean_line, clean_text, render
from intranet.kernel.vault import Unreadable
from intranet.web import api, caps, ceremonies, i18n, leaving, refusals, shapes, sheet, threads, times
from intranet.web.asking import is_quiet, person_actions, person_availability, person_pieces
from intranet.web.assets import built
from intranet.web.confirm import ask_again, check_password, confirmed, require_fresh
from intranet.web.devices import known_device, remember_device
from intranet.web.doors import send_blob
from intranet.web.entry_search import find_entries
from intranet.web.gates import first_step, part_of
from intranet.web.naming import direct_name
from intranet.web.offers import (
    Card,
    Composer,
    EntryAction,
    EntryKind,
    ExportedFile,
    FeedTop,
    Found,
    Job,
    Link,
    MenuItem,
    NotificationKind,
    Piece,
    Said,
    SearchHit,
    SearchSource,
    SettingsPage,
    SideItem,
    SideSection,
    SlashCommand,
    Sought,
    Told,
    TopItem,
    Whispered,
)
from intranet.web.outside import absolute, qr
from intranet.web.pages import admin_pages, asked, feed_tops, home_chips, html, mine, my_rooms, page, settings_pages
from intranet.web.pending import begin_sign_in, finish, waiting
from intranet.web.requests import (
    address,
    db,
    identity,
    is_api,
    is_htmx,
    sign_in,
    sign_out,
    transact,
    viewer,
    viewer_or_none,
    writing,
)
from intranet.web.routing import MAX_ID, Routes, admin_only, public
from intranet.web.site import site
from intranet.web.times import in_words, moment
from intranet.web.times import local as local_time
from intranet.web.uploads import read_attachments, read_picture

__all__ = [
    "Attachment", "AuditRow", "BIN_KEPT", "Blob", "BrokenPicture", "Card", "Composer", "Conflict", "Directory",
    "DirectoryAccount", "DirectoryDown", "DirectoryRun", "Entry", "EntryAction", "EntryKind", "EntryRevision",
    "Event", "ExportedFile", "FeedTop", "Finding", "Forbidden", "Form", "Found", "HeldFile", "Invalid", "Job",
    "JoinRequest", "Link", "MAX_ID", "Membership", "MenuItem", "N_", "NewAttachment", "NotFound", "Notification",
    "NotificationKind", "OFFERED", "Person", "Piece", "Prepared", "Profile", "Query", "Reaction", "Refused", "Room", "Routes",
    "RowId", "Said", "SearchHit", "SearchSource", "SeenRoom", "SessionRow", "SettingsError", "SettingsPage",
    "SideItem", "SideSection", "Skill", "SlashCommand", "Sought", "Table", "Ticket", "Token", "Told",
    "TooManyTries", "TopItem", "Unreadable", "Whispered", "WrongLogin", "absolute", "address", "admin_only",
    "admin_pages", "administration", "api", "ask_again", "asked", "audience", "audit", "begin_sign_in", "blocks",
    "built", "caps", "ceremonies", "check_password", "clean_line", "clean_text", "clock", "confirmed", "db",
    "did_you_mean", "direct_name", "direct_rooms", "directory_check", "directory_previews", "directory_settings",
    "directory_sync", "entry_changes", "entry_queries", "entry_rules", "entry_words", "events", "examine_box",
    "excerpt", "factors", "feed_tops", "find_entries", "find_ranked", "finish", "first_step", "fold", "folded",
    "holds_words", "home_chips", "hookimpl", "house", "html", "i18n", "identity", "in_words", "is_api", "is_emoji",
    "is_htmx", "is_quiet", "known_device", "leaving", "line", "local_time", "make_safe", "mine", "moment",
    "my_rooms", "newcomers", "notifications", "once", "orgchart", "outgoing", "page", "parse", "part_of",
    "passkeys", "passwords", "people", "person_actions", "person_availability", "person_pieces", "policy",
    "profiles", "public", "qr", "read_attachments", "read_picture", "read_value", "readable", "readable_ids",
    "refusals", "remember_device", "render", "require_fresh", "resets", "room_changes", "room_queries", "sandbox",
    "save_value", "search_scope", "send_blob", "sessions", "settings_pages", "shapes", "sheet", "sign_in",
    "sign_out", "signals", "site", "text", "threads", "tickets", "times", "tokens", "transact", "viewer",
    "viewer_or_none", "viewer_values", "waiting", "writing",
]  # fmt: skip
