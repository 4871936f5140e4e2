"""The door: signing in and out, and changing one's password."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from service import signin, store
from service.errors import Trouble
from service.web.api.session import hand_over, leave, take_back
from service.web.deps import Call, Incoming
from service.web.edge import COOKIE
from service.web.pages.visit import SignInFirst, form_token, from_our_form
from service.web.paper import page

router = APIRouter()

Field = Annotated[str, Form(max_length=500)]


def go(where: str) -> RedirectResponse:
    return RedirectResponse(where, 303)


@router.get("/sign-in")
def ask_sign_in(call: Call) -> Response:
    return sign_in_page(call)


def sign_in_page(call: Incoming, trouble: Trouble | None = None, person: str = "") -> Response:
    status = trouble.status if trouble else 200
    return page(
        call.request, "sign_in.html", status=status, trouble=trouble, person=person, form_token=form_token(call)
    )


@router.post("/sign-in")
def sign_in(call: Call, token: Field, person: Field, password: Field) -> Response:
    from_our_form(call, token)
    try:
        signed = signin.sign_in(call.engine, person.strip(), password, now=call.now)
    except Trouble as trouble:
        return sign_in_page(call, trouble, person)
    response = go("/password" if signed.must_change else "/")
    hand_over(response, signed)
    return response


@router.post("/sign-out")
def sign_out(call: Call, token: Field) -> Response:
    from_our_form(call, token)
    leave(call)
    response = go("/sign-in")
    take_back(response)
    return response


@router.get("/password")
def ask_password(call: Call) -> Response:
    signed_in(call)
    return password_page(call)


def password_page(call: Incoming, trouble: Trouble | None = None) -> Response:
    status = trouble.status if trouble else 200
    return page(call.request, "password.html", status=status, trouble=trouble, form_token=form_token(call))


@router.post("/password")
def change_password(call: Call, token: Field, old: Field, new: Field) -> Response:
    from_our_form(call, token)
    person = signed_in(call)
    cookie = call.request.cookies.get(COOKIE)
    try:
        signin.change_password(call.engine, person, old, new, now=call.now, cookie=cookie)
    except Trouble as trouble:
        return password_page(call, trouble)
    return go("/")


def signed_in(call: Incoming) -> str:
    """Who is signed in, be it with a one-time password."""
    cookie = call.request.cookies.get(COOKIE)
    with store.reading(call.engine) as session:
        found = signin.visitor(session, cookie, now=call.now) if cookie else None
    if found is None:
        raise SignInFirst("/sign-in")
    return found.actor.person
