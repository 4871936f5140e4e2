"""The switch of the language at the foot of every page: remembered for a person, and in the browser for anybody."""

from fastapi import APIRouter, Response

from service import store
from service.errors import Fault, Forbidden, Refused
from service.people import own as people_own
from service.settings import settings
from service.signin import sessions as signin
from service.web.cookies import COOKIE, LANGUAGE
from service.web.deps import Call
from service.web.pages.posted import PublicForm
from service.web.pages.visit import go, local
from service.web.seals import is_ours
from service.words import LOCALES

router = APIRouter()
A_YEAR = 366 * 24 * 3600


@router.post("/language")
def choose_language(call: Call, form: PublicForm) -> Response:
    if not is_ours(call.request, form.token):
        raise Forbidden("This form has expired; go back, load the page again and repeat")
    wish = form.text("language")
    if wish not in LOCALES:
        raise Refused("Some fields are wrong", faults=[Fault("language", "is not valid")])
    cookie = call.request.cookies.get(COOKIE)
    with store.transaction(call.engine) as session:
        reader = signin.visitor(session, cookie, now=call.now) if cookie else None
        if reader is not None:
            people_own.speak(session, reader.actor, wish, now=call.now)
    response = go(local(form.text("back")))
    remember(response, wish)
    return response


def remember(response: Response, language: str) -> None:
    """Have the browser remember a language, for pages that nobody has signed in for."""
    response.set_cookie(
        LANGUAGE, language, max_age=A_YEAR, httponly=True, samesite="lax", secure=settings().secure_cookies, path="/"
    )
