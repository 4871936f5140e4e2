"""What is served as it stands: the stylesheet, the script, the pictures; named with their content, kept for a year."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent.parent / "static"
FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"


@cache
def mark_of(name: str) -> str:
    """Ten letters that change with what a file holds."""
    return sha256((FOLDER / name).read_bytes()).hexdigest()[:10]


def static(name: str) -> str:
    """The address of a file in `static/`: another one whenever it changes."""
    return f"/static/{name}?v={mark_of(name)}"


class Statics(StaticFiles):
    """Files in `static/`; what is asked for with its mark need not be asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code < 400:
            marked = scope["query_string"] == f"v={mark_of(path)}".encode()
            response.headers["Cache-Control"] = FOR_A_YEAR if marked else ASK_AGAIN
        return response


STATICS = Statics(directory=FOLDER)
