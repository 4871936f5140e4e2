"""What a form brings: its fields as they were typed, its files, and the one schema that reads them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, NamedTuple, TypeVar, get_args, get_origin

from fastapi import Depends, Request
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from service import evidence, store
from service.errors import Fault, Refused
from service.pictures import Photo
from service.web.deps import Incoming
from service.web.misfits import faults_of
from service.web.pages.visit import reader

FIELDS_MOST, FILES_MOST, PUBLIC_FILES_MOST, PART_BYTES_MOST = 2_000, 20, 1, 200_000
OURS = frozenset({"token", "once"})  # what every form carries for itself
CARRIED = OURS | {"version", "back"}  # what nobody types
PARTS = re.compile(r"[^\[\]]+")
AnyForm = TypeVar("AnyForm", bound=BaseModel)


class Brought(NamedTuple):
    """A file as it came: its name at the sender's, and its bytes."""

    name: str
    data: bytes


class Posted:
    """A form as it was sent, to `path`. `token` shows that it is ours, `once` is its key: sent twice, it acts once."""

    def __init__(
        self, fields: Sequence[tuple[str, str]] = (), files: Sequence[tuple[str, Brought]] = (), path: str = ""
    ) -> None:
        self.path = path
        self.fields: dict[str, list[str]] = {}
        for name, value in fields:
            self.fields.setdefault(name, []).append(value)
        self.files: dict[str, list[Brought]] = {}
        for name, file in files:
            self.files.setdefault(name, []).append(file)
        self._made: dict[str, list[Photo]] = {}

    @property
    def token(self) -> str:
        return self.text("token")

    @property
    def once(self) -> str:
        return self.text("once")

    def text(self, name: str, otherwise: str = "") -> str:
        """What was typed into a field; the last where it came several times."""
        return self.fields.get(name, [otherwise])[-1]

    def several(self, name: str) -> list[str]:
        """Everything that was ticked or typed under a name, without what is empty."""
        return [value for value in self.fields.get(name, ()) if value]

    def field_with(self, values: Iterable[Any]) -> str | None:
        """The field into which one of these values was typed, as faults name fields; None where it was none."""
        sought = {value for value in values if isinstance(value, str) and value}
        for name, typed in self.fields.items():
            if name not in CARRIED and sought.intersection(map(str.strip, typed)):
                return ".".join(PARTS.findall(name))
        return None

    def version(self) -> int | None:
        """The version of the row that the form was filled in for."""
        text = self.text("version")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def fit(self, schema: type[AnyForm], *, keep_empty: Sequence[str] = (), **more: Any) -> AnyForm:
        """The fields that a schema of `web/forms.py` knows, as it reads them; Refused names each that does not fit.

        What is empty counts as left out, but for `keep_empty`. `answers[general:1][mark]` is a field of a field, and
        `findings[0][place]` one of a list. `more` is put beside what was typed.
        """
        known = {one for name, field in schema.model_fields.items() for one in (name, field.alias)}
        told = {
            name: values
            for name, values in self.fields.items()
            if PARTS.findall(name)[:1] and PARTS.findall(name)[0] in known
        }
        given = nested({name: kept for name, values in told.items() if (kept := meant(values, name in keep_empty))})
        return read_strings(schema, given | more)

    def make_photos(self, *names: str) -> None:
        """Make the photos of these fields anew, before any transaction; Refused for a file that is none."""
        for name in names:
            made, faults = [], []
            for file in self.files.get(name, ()):
                try:
                    made.append(evidence.read_photo(file.data))
                except Refused as refused:
                    faults += [Fault(name, one.reason, one.facts) for one in refused.faults]
            if faults:
                raise Refused("The photo can't be taken", faults=faults)
            self._made[name] = made

    def photos(self, name: str) -> list[Photo]:
        """The photos of a field, made anew by `make_photos`."""
        return self._made[name]

    def mark(self) -> bytes:
        """What makes two forms the same: all that was typed and brought, whoever's session it came in."""
        lines = [f"{name}\0{value}" for name in sorted(self.fields) if name not in OURS for value in self.fields[name]]
        lines += [
            f"{name}\0{sha256(file.data).hexdigest()}" for name in sorted(self.files) for file in self.files[name]
        ]
        return "\0\0".join(lines).encode("utf-8", "surrogatepass")


def read_strings(schema: type[AnyForm], given: Mapping[str, Any]) -> AnyForm:
    """What was typed, read by a schema: words that look like numbers and days are these; Refused names what is not.

    Pydantic reads strings alone or in objects, never in lists: the entries of a list are read one by one.
    """
    plain, items = parts_of(schema)
    read: dict[str, Any] = {}
    errors: list[Any] = []
    try:
        alone = plain.model_validate_strings({name: value for name, value in given.items() if name not in items})
        read = alone.model_dump(exclude_unset=True, by_alias=True)
    except ValidationError as wrong:
        errors += wrong.errors()
    for name in [name for name in items if name in given]:
        entries = given[name] if isinstance(given[name], list) else [given[name]]
        read[name] = []
        for number, entry in enumerate(entries):
            try:
                read[name].append(items[name].validate_strings(entry))
            except ValidationError as wrong:
                errors += [{**one, "loc": (name, number, *one["loc"])} for one in wrong.errors()]
    try:
        if not errors:
            return schema.model_validate(read)
    except ValidationError as wrong:
        errors += wrong.errors()
    raise Refused("Some fields are wrong", faults=faults_of({**one, "loc": ("body", *one["loc"])} for one in errors))


@cache
def parts_of(schema: type[BaseModel]) -> tuple[type[BaseModel], dict[str, TypeAdapter[Any]]]:
    """A schema without its lists, and what reads an entry of each list."""
    entries = {
        name: next(one for one in (field.annotation, *get_args(field.annotation)) if get_origin(one) is list)
        for name, field in schema.model_fields.items()
        if "list[" in str(field.annotation) and "dict[" not in str(field.annotation)
    }
    rest: dict[str, Any] = {
        name: (field.annotation, field) for name, field in schema.model_fields.items() if name not in entries
    }
    plain = create_model(f"{schema.__name__}Plain", __config__=schema.model_config, **rest)
    return plain, {name: TypeAdapter(get_args(kind)[0]) for name, kind in entries.items()}


def meant(values: list[str], keep_empty: bool) -> Any:
    """A field's value: alone, or the list of those that are not empty; None for what was left empty."""
    if len(values) == 1:
        return values[0] if values[0].strip() or keep_empty else None
    return [value for value in values if value.strip()] or None


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """`a[b][c]` as an object in an object; an object whose names are all numbers is a list."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *inner, last = PARTS.findall(name) if "[" in name else [name]
        place = tree
        for part in inner:
            below = place.setdefault(part, {})
            place = below if isinstance(below, dict) else {}
        place[last] = value
    return {name: listed(value) for name, value in tree.items()}


def listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: listed(one) for name, one in value.items()}
    if inner and all(name.isascii() and name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def is_multipart(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


async def read(request: Request, files: int) -> Posted:
    async with request.form(max_files=files, max_fields=FIELDS_MOST, max_part_size=PART_BYTES_MOST) as form:
        return Posted(*await parted(form), request.url.path)


async def parted(form: FormData) -> tuple[list[tuple[str, str]], list[tuple[str, Brought]]]:
    """The fields and the files of a form; a file field that was left empty is neither."""
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, Brought]] = []
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            fields.append((name, value.replace("\r\n", "\n")))
        elif value.filename or value.size:
            files.append((name, Brought(value.filename or "", await value.read())))
    return fields, files


async def posted(request: Request) -> Posted:
    """The form of somebody who is signed in: files of nobody are not even read."""
    if is_multipart(request):
        await run_in_threadpool(somebody, request)
    return await read(request, FILES_MOST)


def somebody(request: Request) -> None:
    with store.reading(request.app.state.engine) as session:
        reader(Incoming(request, request.app.state.clock()), session)


async def posted_by_anybody(request: Request) -> Posted:
    """The form of a page for everybody."""
    return await read(request, PUBLIC_FILES_MOST)


Form = Annotated[Posted, Depends(posted)]
PublicForm = Annotated[Posted, Depends(posted_by_anybody)]
