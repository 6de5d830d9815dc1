"""Who may check and publish: the bearer of the token, and browsers that have shown it once."""

import base64
import hashlib
import hmac
import stat
from urllib.parse import urlsplit

from flask import Response, request

from server.errors import Problem
from server.service import service

COOKIE = "fazhi-staff"
_HOURS = 12


def token() -> str:
    """The token of the write routes. Raises 403 where none is configured, or its file is open to others."""
    path = service().config.token_file
    if path is None:
        raise Problem("read-only")
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Problem("read-only", "the token file cannot be read") from error
    if not text or mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Problem("read-only", "the token file may be read by others")
    return text


def same(shown: str, right: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell how much of them is."""
    return hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def _seal(secret: str, what: str) -> str:
    return hmac.new(secret.encode(), what.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def person() -> str:
    """The name under which this browser signed in; '' where it did not."""
    secret = token()
    name, _, seal = request.cookies.get(COOKIE, "").partition(".")
    if not seal or not same(seal, _seal(secret, f"person {name}")):
        return ""
    return base64.urlsafe_b64decode(name.encode() + b"==").decode("utf-8", "replace")


def sign_in(response: Response, name: str, shown: str) -> bool:
    """Give the browser its cookie if it has shown the token."""
    secret = token()
    if not same(shown.strip(), secret):
        return False
    packed = base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")
    value = f"{packed}.{_seal(secret, f'person {packed}')}"
    response.set_cookie(
        COOKIE, value, max_age=_HOURS * 3600, httponly=True, samesite="Strict", secure=request.is_secure, path="/check"
    )
    return True


def form_seal() -> str:
    """The value that every form of a signed-in person carries."""
    return _seal(token(), f"form {request.cookies.get(COOKIE, '')}")


def demand_form() -> str:
    """The person behind a sent form. Raises 401 for strangers, 403 for forms that another site made."""
    name = person()
    if not name:
        raise Problem("unauthorized", status=401)
    origin = request.headers.get("Origin", "")
    own = not origin or urlsplit(origin).netloc == request.host
    if not own or not same(request.form.get("seal", ""), form_seal()):
        raise Problem("read-only", "the form was not made by this page")
    return name
