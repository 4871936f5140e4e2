"""The door: signing in and out, and changing one's password."""

from urllib.parse import urlencode

from fastapi import APIRouter, Response

from service import store
from service.errors import Forbidden, Trouble
from service.signin import sessions as signin
from service.signin.passwords import PASSWORD_AT_LEAST
from service.signin.sessions import Visitor
from service.web.api.session import hand_over, leave, take_back
from service.web.cookies import COOKIE
from service.web.deps import Call, Incoming
from service.web.pages.language import remember
from service.web.pages.posted import Posted, PublicForm
from service.web.pages.visit import SignInFirst, go, local, show
from service.web.seals import is_ours

router = APIRouter()


@router.get("/sign-in")
def ask_sign_in(call: Call, back: str = "", kept: str = "") -> Response:
    return sign_in_page(call, back=back, kept=bool(kept))


def sign_in_page(
    call: Incoming, trouble: Trouble | None = None, person: str = "", back: str = "", kept: bool = False
) -> Response:
    return show(call, "sign_in.html", trouble=trouble, person=person, back_to=local(back, ""), kept=kept)


def must_be_ours(call: Incoming, form: Posted) -> None:
    if not is_ours(call.request, form.token):
        raise Forbidden("This form has expired; go back, load the page again and repeat")


@router.post("/sign-in")
def sign_in(call: Call, form: PublicForm) -> Response:
    must_be_ours(call, form)
    person, back = form.text("person").strip(), form.text("back_to")
    try:
        signed = signin.sign_in(call.engine, person, form.text("password"), now=call.now)
    except Trouble as trouble:
        return sign_in_page(call, trouble, person, back)
    response = go(before(back) if signed.must_change else local(back))
    hand_over(response, signed)
    with store.reading(call.engine) as session:
        found = signin.visitor(session, signed.cookie, now=call.now)
    if found is not None and found.language:
        remember(response, found.language)
    return response


def before(back: str) -> str:
    """The page where a one-time password is changed, which leads on to where they wanted to go."""
    return f"/password?{urlencode({'back': back})}" if local(back) != "/" else "/password"


@router.post("/sign-out")
def sign_out(call: Call, form: PublicForm) -> Response:
    must_be_ours(call, form)
    leave(call)
    response = go("/sign-in")
    take_back(response)
    return response


@router.get("/password")
def ask_password(call: Call, back: str = "") -> Response:
    return password_page(call, signed_in(call), back)


def password_page(call: Incoming, visitor: Visitor, back: str, trouble: Trouble | None = None) -> Response:
    return show(
        call, "password.html", reader=visitor, trouble=trouble, one_time=visitor.must_change, back_to=local(back, ""),
        least=PASSWORD_AT_LEAST,
    )  # fmt: skip


@router.post("/password")
def change_password(call: Call, form: PublicForm) -> Response:
    visitor = signed_in(call)
    must_be_ours(call, form)
    cookie = call.request.cookies.get(COOKIE)
    old, new = form.text("old"), form.text("new")
    try:
        signin.change_password(call.engine, visitor.actor.person, old, new, now=call.now, cookie=cookie)
    except Trouble as trouble:
        return password_page(call, visitor, form.text("back_to"), trouble)
    return go(form.text("back_to") or "/")


def signed_in(call: Incoming) -> Visitor:
    """Who is signed in, be it with a one-time password."""
    cookie = call.request.cookies.get(COOKIE)
    with store.reading(call.engine) as session:
        found = signin.visitor(session, cookie, now=call.now) if cookie else None
    if found is None:
        raise SignInFirst("/sign-in")
    return found
