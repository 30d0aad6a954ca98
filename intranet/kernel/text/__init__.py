"""What people type: cleaned, and from Markdown to HTML that is safe to show to everyone."""

from intranet.kernel.text.cleaning import clean_line, clean_text
from intranet.kernel.text.markdown import Mention, Rendered, TextTooLong, find_mentioned, mentioned_in, render

__all__ = ["Mention", "Rendered", "TextTooLong", "clean_line", "clean_text", "find_mentioned", "mentioned_in", "render"]
