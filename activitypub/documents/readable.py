"""What people see of an object whose content alone is not the post.

The result is HTML for the same cleaning as any other remote content.
"""

from html import escape
from typing import Protocol


class Shown(Protocol):
    """A text with its languages, as far as it is shown."""

    @property
    def text(self) -> str:
        """The text itself."""
        ...


class Readable(Protocol):
    """A post, as far as it is shown."""

    @property
    def is_converted(self) -> bool:
        """Whether the content alone is not the post."""
        ...

    @property
    def name(self) -> Shown | None:
        """The title."""
        ...

    @property
    def summary(self) -> Shown | None:
        """The introduction."""
        ...

    @property
    def content(self) -> Shown:
        """The text, raw HTML."""
        ...

    @property
    def url(self) -> str | None:
        """The page for people."""
        ...

    @property
    def id(self) -> str:
        """The id, which serves as link when there is no page."""
        ...


def html_of_plain_text(text: str) -> str:
    """Return plain text as escaped HTML paragraphs: a blank line divides them."""
    blocks = (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
    return "".join(
        f"<p>{escape(block, quote=False).replace(chr(10), '<br>')}</p>" for block in blocks if block
    )


def readable_html(note: Readable) -> str:
    """Return the HTML to show for a post, not yet cleaned.

    A Note or Question is its content. Anything else is its title in bold, its summary when the
    content does not say it already, its content, and a link to its page.
    """
    if not note.is_converted:
        return note.content.text
    title = note.name.text if note.name else ""
    summary = note.summary.text if note.summary else ""
    content = note.content.text
    link = escape(note.url or note.id)
    parts = [
        f"<p><strong>{escape(title, quote=False)}</strong></p>" if title else "",
        _paragraph(summary) if summary and summary not in content else "",
        _paragraph(_without_title(content, title)),
        f'<p><a href="{link}">{link}</a></p>',
    ]
    return "".join(parts)


def _without_title(content: str, title: str) -> str:
    """The content without a first line that is the title again, as our own events have it."""
    return content.removeprefix(f"<p><strong>{escape(title, quote=False)}</strong></p>")


def _paragraph(html: str) -> str:
    """Text without any tag becomes a paragraph; HTML stays as it is."""
    return html if "<" in html or not html else f"<p>{html}</p>"
