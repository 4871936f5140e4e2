"""The picture in the tab, where browsers look for it by themselves."""

from fastapi import APIRouter, Response

from service.web.statics import FOLDER

router = APIRouter()


@router.get("/favicon.ico")
def favicon() -> Response:
    return Response((FOLDER / "favicon.svg").read_bytes(), 200, None, "image/svg+xml")
