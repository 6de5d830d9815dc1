"""The language of a request, its catalogue, and numbers as people of that language write them.

Chinese is the source language of every string; `translations/en` holds the English. Catalogues are read as they are
written (no compile step that can go stale).
"""

from decimal import Decimal, InvalidOperation
from functools import cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal
from babel.support import Translations
from flask import Flask, Response, request
from flask_babel import Babel, Domain

from queries.header import Language
from queries.units import unit_after, unit_name

LANGUAGES: tuple[Language, ...] = ("zh", "en")
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
TAGS = {"zh": "zh-CN", "en": "en"}
COOKIE = "lang"
_FOLDER = Path(__file__).parent / "translations"
_DECIMALS = 4
_SHORTEN_FROM = {LOCALES["zh"]: 10_000, LOCALES["en"]: 1_000_000}


def language() -> Language:
    """The language of this request: `lang=`, then the cookie, then Accept-Language, then Chinese.

    >>> from flask import Flask
    >>> with Flask("x").test_request_context("/?lang=en"):
    ...     language()
    'en'
    >>> with Flask("x").test_request_context("/", headers={"Accept-Language": "fr;q=0.9, en;q=0.8, zh;q=0.2"}):
    ...     language()
    'en'
    >>> with Flask("x").test_request_context("/?lang=xx"):
    ...     language()
    'zh'
    """
    for wish in (request.args.get("lang", ""), request.cookies.get(COOKIE, "")):
        if said := next((one for one in LANGUAGES if one == wish[:2].lower()), None):
            return said
    # `Accept-Language` without any of ours, or none at all, means Chinese: the reports are Chinese.
    best = request.accept_languages.best_match(["zh-CN", "zh", "en", "en-US", "en-GB"]) or "zh"
    return "en" if best.startswith("en") else "zh"


class Catalogues(Domain):  # type: ignore[misc]
    """Translations straight from the .po files."""

    def get_translations(self) -> Translations:
        """The catalogue of the request's language; Chinese is the source, so its catalogue is empty."""
        code = language()
        if code not in self.cache:
            self.cache[code] = _read(_FOLDER / code / "LC_MESSAGES" / "messages.po")
        found: Translations = self.cache[code]
        return found


class _Babel(Babel):  # type: ignore[misc]
    @cached_property
    def domain_instance(self) -> Catalogues:
        return Catalogues()


def _read(path: Path) -> Translations:
    if not path.exists():
        return Translations()
    with path.open("rb") as file:
        catalogue = read_po(file)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def init_app(app: Flask) -> None:
    """Give the app its languages: gettext in templates, `lang` kept in a cookie, `Vary` on what depends on it."""
    _Babel(app, default_locale=LOCALES["zh"], locale_selector=lambda: LOCALES[language()])
    app.jinja_env.filters.update(short=short, exact=exact)
    app.jinja_env.globals.update(
        short=short,
        exact=exact,
        unit_of=unit_of,
        measured=measured,
        language=language,
        language_tag=lambda: TAGS[language()],
    )

    @app.after_request
    def remember(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.vary.update(["Accept-Language", "Cookie"])
            response.headers.setdefault("Content-Language", TAGS[language()])
            wish = request.args.get("lang", "")
            if wish in LANGUAGES and request.cookies.get(COOKIE) != wish:
                response.set_cookie(COOKIE, wish, max_age=31_536_000, samesite="Lax", httponly=True, path="/")
        return response


def _decimal(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def short(value: object, code: str = "") -> str:
    """A number as it is said: 万 and 亿 from ten thousand on, exact below; in English thousands have no word, millions have.

    >>> short("2017000", "zh"), short("99.6", "zh"), short("365000000", "zh"), short("8104.0", "zh")
    ('201.7万', '99.6', '3.65亿', '8,104')
    >>> short("2017000", "en"), short("24465", "en"), short("-36500000000", "en"), short("n/a", "en")
    ('2.017 million', '24,465', '-36.5 billion', 'n/a')
    >>> short("66.66666666666667", "zh"), short("97.275", "zh")
    ('66.7', '97.275')
    """
    number = _decimal(value)
    if number is None:
        return str(value)
    locale = LOCALES[code or language()]
    if int(number.as_tuple().exponent) < -_DECIMALS:  # a quotient: no report prints so many
        number = round(number, 1)
    if abs(number) < _SHORTEN_FROM[locale]:
        return str(format_decimal(number, locale=locale, decimal_quantization=False))
    if locale == LOCALES["en"]:
        return str(format_compact_decimal(number, locale=locale, format_type="long", fraction_digits=3))
    return str(format_compact_decimal(number, locale=locale, fraction_digits=2))


def exact(value: object, code: str = "") -> str:
    """A number with all its digits.

    >>> exact("2017000", "zh"), exact("99.60", "en"), exact("—", "zh")
    ('2,017,000', '99.6', '—')
    """
    number = _decimal(value)
    if number is None:
        return str(value)
    return str(format_decimal(number.normalize(), locale=LOCALES[code or language()], decimal_quantization=False))


def measured(value: object, unit: str) -> str:
    """The unit as it follows a number, in the language of the page: "起", " cases", " case"."""
    return unit_after(unit, exact(value), language())


def unit_of(unit: str) -> str:
    """The unit by itself, in the language of the page."""
    return unit_name(unit, language())
