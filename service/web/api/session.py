"""`/session`: signing in and out of the browser, and one's password."""

from typing import Any

from fastapi import APIRouter, Response
from sqlmodel import Session

from service.access import Actor
from service.errors import Forbidden
from service.settings import settings
from service.signin import sessions as signin
from service.signin.sessions import SignedIn
from service.web import shown
from service.web.asks import gives, gives_nothing
from service.web.cookies import COOKIE
from service.web.deps import Call, Incoming, answer, from_here
from service.web.forms import NewPassword, SignIn

router = APIRouter(prefix="/session", tags=["session"])


def hand_over(response: Response, signed: SignedIn) -> None:
    """Give the browser its cookie."""
    made = settings()
    response.set_cookie(
        COOKIE, signed.cookie, max_age=made.session_hours * 3600, httponly=True, samesite="lax",
        secure=made.secure_cookies, path="/",
    )  # fmt: skip


def take_back(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=settings().secure_cookies)


@router.post("", **gives(shown.Signed, 201))
def sign_in(call: Call, form: SignIn) -> Response:
    """Sign in with staff number and password; the cookie comes with the answer, each time another one."""
    if "sec-fetch-site" in call.request.headers and not from_here(call.request):
        raise Forbidden("This call comes from another site")
    signed = signin.sign_in(call.engine, form.person, form.password, now=call.now)
    response = answer({"person": form.person, "must_change": signed.must_change, "expires_at": signed.expires_at}, 201)
    hand_over(response, signed)
    return response


@router.get("", **gives(shown.Me))
def read_session(call: Call) -> Response:
    """Who calls, and the roles they hold."""

    def look(session: Session, actor: Actor) -> Any:
        return {"person": actor.person, "holds": [{"role": role, "path": path} for role, path in actor.holds]}

    return call.read(look)


@router.delete("", **gives_nothing())
def sign_out(call: Call) -> Response:
    """End the session of this browser."""
    leave(call)
    response = Response(status_code=204)
    take_back(response)
    return response


def leave(call: Incoming) -> None:
    """End the session behind the cookie; a token has none."""
    from service import store

    with store.transaction(call.engine) as session:
        call.person(session)
        cookie = call.request.cookies.get(COOKIE)
        if cookie:
            signin.sign_out(session, cookie, now=call.now)


@router.put("/password", **gives_nothing())
def change_password(call: Call, form: NewPassword) -> Response:
    """Change one's own password, the one-time one above all; other sessions end."""
    from service import store

    with store.reading(call.engine) as session:
        person = call.person(session)
    cookie = call.request.cookies.get(COOKIE)
    signin.change_password(call.engine, person, form.old, form.new, now=call.now, cookie=cookie)
    return Response(status_code=204)
