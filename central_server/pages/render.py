"""From a template and values to the bytes of a page: escaped, with its style and signs inside, so that one answer is the whole page."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from corner_app.i18n import Language, age, clock, digits, local, money, number, words
from corner_app.reference import resource_dir

_HERE = Path(__file__).parent
_TAGS = re.compile(r"\s*<(?:!--.*?--|/?svg.*?)>\s*", re.DOTALL)


def render(template: str, language: Language, **values: object) -> bytes:
    """A page in one language. Everything that is put in is escaped; a value the template wants and nobody gave is a fault of ours."""
    other = Language.EN if language is Language.BN else Language.BN
    name = template.partition(".")[0]
    said = (
        _pages()
        .get_template(template)
        .render(
            language=language.value,
            other=other.value,
            style=style("hq" if name.startswith("hq") else "track"),
            w=lambda key, **params: words(key, language, **params),
            num=lambda value: number(value, language),
            dig=lambda text: digits(str(text), language),
            taka=lambda paisa: money(paisa, language),
            hour=lambda at: clock(at, language),
            icon=icon,
            **values,
        )
    )
    return said.encode()


@cache
def _pages() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def style(sheet: str) -> Markup:
    """The style of a kind of page, without what only people need."""
    text = "".join((_HERE / "templates" / f"{name}.css").read_text(encoding="utf-8") for name in ("all", sheet))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return Markup(re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", text)).strip())  # noqa: S704 - our own file


@cache
def policy(sheet: str) -> str:
    """What a page may do: show itself and send its own forms. Its one style is named by its hash; no script runs, nothing is fetched."""
    named = base64.b64encode(hashlib.sha256(style(sheet).encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{named}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"


@cache
def icon(name: str) -> Markup:
    """A sign out of resources/icons, drawn in the colour of the text beside it; said by that text, so hidden from screen readers."""
    drawn = (resource_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    inner = re.sub(r"\s+", " ", _TAGS.sub("", drawn))
    return Markup('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(Markup(inner))  # noqa: S704 - our own file


def when(at: int, now: int, language: Language) -> str:
    """আজ ১০:৪২, ২২ নভেম্বর ১৪:২০, and the year where it is another one."""
    then, today = local(at), local(now)
    if then.date() == today.date():
        return words("track.today", language, time=clock(at, language))
    day = f"{digits(str(then.day), language)} {words(f'month.{then.month}', language)}"
    year = "" if then.year == today.year else f" {digits(str(then.year), language)}"
    return f"{day}{year} {clock(at, language)}"


def ago(milliseconds: int, language: Language) -> str:
    """How long ago; within a minute it is just now, and so is what a clock that differs puts in the future."""
    return age(milliseconds, language) if milliseconds >= 60_000 else words("page.now", language)
