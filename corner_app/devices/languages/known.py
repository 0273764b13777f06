"""Every printer language there is, by its name in a profile."""

from __future__ import annotations

from corner_app.devices.languages.brother_ql import BROTHER_QL
from corner_app.devices.languages.cpcl import CPCL
from corner_app.devices.languages.epl2 import EPL2
from corner_app.devices.languages.escpos import ESCPOS
from corner_app.devices.languages.language import Language
from corner_app.devices.languages.pdf import PDF
from corner_app.devices.languages.tspl import TSPL
from corner_app.devices.languages.zpl import ZPL
from corner_app.devices.profile import LanguageName

LANGUAGES: dict[LanguageName, Language] = {language.name: language for language in (ZPL, TSPL, EPL2, CPCL, ESCPOS, BROTHER_QL, PDF)}
