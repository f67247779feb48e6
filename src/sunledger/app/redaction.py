"""What must not be shown is taken out: values under telling names, and known secrets wherever they stand."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote, urlsplit

MASK = "********"

_TELLING = r"passw(?:or)?d|passphrase|token|secret|dsn|authorization|api[_-]?key|cookie|credential"
_NAME = re.compile(_TELLING, re.IGNORECASE)
_HINT = re.compile(rf"://|bearer|basic|sl_|eyJ|{_TELLING}", re.IGNORECASE)
"""Some of this is in every text that the patterns below change; seeing that takes a tenth of the time."""
_USERINFO = re.compile(r"(?<=://)[^\s/\"'<>]*@")
_SCHEME = re.compile(r"\b(bearer|basic)\b[\s,]+[^\s\"',;]+", re.IGNORECASE)
_COOKIE = re.compile(r"(\bcookie\s*:\s*)[^\r\n\"']+", re.IGNORECASE)
"""A header with all that it lists."""
_TOKEN = re.compile(r"\bsl_[0-9A-Za-z]{16,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*")
"""A token of ours, or a JWT, wherever it stands."""
_ASSIGNED = re.compile(
    rf"([\w-]*(?:{_TELLING})[\w-]*\\?[\"']?\s*[=:]\s*)(?:\\?\"[^\"]*\"|\\?'[^']*'|[^\s\"'&,;)}}\]]+)",
    re.IGNORECASE,
)


def is_telling(name: object) -> bool:
    """Whether a name says that its value is a secret."""
    return _NAME.search(str(name)) is not None


def cleaned(text: str) -> str:
    """Text without what looks like a secret: passwords in URLs, bearer tokens, `password=…`."""
    if _HINT.search(text) is None:
        return text
    text = _TOKEN.sub(MASK, _COOKIE.sub(rf"\g<1>{MASK}", text))
    text = _SCHEME.sub(rf"\1 {MASK}", _USERINFO.sub(f"{MASK}@", text))
    return _ASSIGNED.sub(rf"\g<1>{MASK}", text)


class Redactor:
    """Takes secrets out of text and of trees of values."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        disguises = {form for secret in secrets for form in _disguises(secret)}
        patterns = [_exactly(form) for form in sorted(disguises, key=len, reverse=True)]
        self._known = re.compile("|".join(patterns)) if patterns else None

    def text(self, text: str) -> str:
        """The text without known secrets and without what looks like one."""
        return cleaned(self._known.sub(MASK, text) if self._known else text)

    def value(self, value: object, name: object = "") -> object:
        """The value as plain data (text, numbers, lists, mappings) without secrets."""
        if value is None or isinstance(value, bool):
            return value
        if is_telling(name):
            return MASK
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(item, key) for key, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(item) for item in value]
        return self._scalar(value)

    def _scalar(self, value: object) -> object:
        shown = value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
        clean = self.text(shown)
        return value if isinstance(value, int | float) and clean == shown else clean


def _exactly(secret: str) -> str:
    """A pattern of the secret; one too short to be rare counts only as a word of its own."""
    pattern = re.escape(secret)
    return pattern if len(secret) >= _RARE else rf"(?<!\w){pattern}(?!\w)"


_RARE = 4


def _disguises(secret: str) -> Iterator[str]:
    """The secret as it may turn up: plain, quoted for a URL, in JSON, in a repr, in base64."""
    for part in filter(None, {secret, secret.strip(), *_of_url(secret)}):
        yield part
        yield quote(part, safe="")
        yield quote_plus(part)
        yield json.dumps(part)[1:-1]
        yield json.dumps(part, ensure_ascii=False)[1:-1]
        yield repr(part)[1:-1]
        yield base64.b64encode(part.encode(errors="surrogateescape")).decode()


def _of_url(secret: str) -> Iterator[str]:
    """The password inside a URL, if the secret is one."""
    try:
        password = urlsplit(secret).password
    except ValueError:
        return
    if password:
        yield password
        yield unquote(password)
