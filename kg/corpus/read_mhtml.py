"""Pages saved as one file (.mht, .mhtml) to a draft: the first page in the message is the one that was saved."""

import email
import email.policy
from dataclasses import replace

from kg.corpus.draft import Draft
from kg.corpus.read_html import read_html
from kg.errors import DocumentError


def read_mhtml(data: bytes, where: str = "") -> Draft:
    """A draft of a saved page.

    Raises DocumentError for a message that holds no page.
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    part = next(
        (part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")), None
    )
    payload = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(payload, bytes):
        raise DocumentError("the page holds no text", where=where, hint="save the page again")
    draft = read_html(payload, where, declared=part.get_content_charset() or "")
    address = message.get("Snapshot-Content-Location") or part.get("Content-Location")
    return replace(draft, facts={**draft.facts, "url": address}) if address and "url" not in draft.facts else draft
