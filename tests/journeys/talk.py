"""Saying something in a conversation that is open, and finding it there."""

from playwright.sync_api import Locator, Page


def say(page: Page, words: str, field: str = "#write-body") -> None:
    page.fill(field, words)
    page.press(field, "Enter")


def said(page: Page, words: str, log: str = "#log") -> Locator:
    """What has arrived, not what is on its way."""
    return page.locator(f"{log} .line:not(.unposted) > .msg", has_text=words)
