"""The calls of what else an office keeps with whoever may make them, as `calls` has them for the rest."""

from hashlib import sha256

from tests.web.calls import REASON, Case, act, get
from tests.web.records import DOCUMENT, ITEM, LETTER, LETTER_TASK, MEETING, MEMBER, STILL

PLACE = '"unit":"v1"'
WHOSE = "/letters/coverage?campaign=office&activity=letters&year=2026"
SIGNED = sha256("v1coord承诺:2026年度落实安全生产责任。".encode()).hexdigest()
NEW_LETTER = {"campaign": "office", "activity": "letters", "year": 2026, "title": "责任书", "text": "{unit}新文本"}
NEW_DOCUMENT = {"unit": "v2", "code": "fire", "kind": "预案", "title": "森林防火预案", "revised_on": "2026-01-01"}
NEW_ITEM = {"unit": "v2", "name": "沙袋", "unit_word": "只", "quantity": 500}
NEW_PROJECT = {"code": "P-3", "unit": "e1", "name": "扩建", "kind": "复工"}
LIST = {"name": "环境隐患重点名单", "owner": "town"}
NOTE = {"note": "修订稿"}
STORES = {"sheet": ("stores.csv", "单位编码,物资,数量,计量单位\nv1,铁锹,20,把\n".encode(), "text/csv")}

RECORDS = (
    get("/meetings", stranger=200, holds=PLACE),
    get(f"/meetings/{MEETING}", "/meetings/{key}"),
    Case("PUT", "/meetings/{key}/agenda", f"/meetings/{STILL}/agenda", "coord", body={"agenda": "部署", "version": 0}),
    act(
        f"/meetings/{MEETING}/attendance",
        "/meetings/{key}/attendance",
        "coord",
        {"people": [{"person": "grid2"}, {"name": "王某", "party": "施工单位"}]},
    ),
    act(f"/meetings/{MEETING}/attendance/2", "/meetings/{key}/attendance/{number}", "coord", {"mark": "absent"}),
    act(f"/meetings/{MEETING}/sign-in", "/meetings/{key}/sign-in", "coord"),
    act(f"/meetings/{STILL}/hold", "/meetings/{key}/hold", "coord"),
    Case("PUT", "/meetings/{key}/minutes", f"/meetings/{MEETING}/minutes", "coord", body={"text": "纪要"}),
    get("/letters", stranger=200, holds="office"),
    act("/letters", "/letters", "coord", NEW_LETTER, ok=201),
    get(WHOSE, "/letters/coverage"),
    get(f"/letters/tasks/{LETTER_TASK}", "/letters/tasks/{task}"),
    act(f"/letters/tasks/{LETTER_TASK}/sign", "/letters/tasks/{task}/sign", "coord", {"sha256": SIGNED}),
    get(f"/letters/{LETTER}", "/letters/{key}"),
    get("/documents", stranger=200, holds=PLACE),
    act("/documents", "/documents", "inspector", NEW_DOCUMENT, ok=201, stranger=422),
    get(f"/documents/{DOCUMENT}", "/documents/{key}"),
    Case("PATCH", "/documents/{key}", f"/documents/{DOCUMENT}", "coord", body={"title": "防御预案"}),
    act(f"/documents/{DOCUMENT}/revise", "/documents/{key}/revise", "coord", {"revised_on": "2026-03-01"}),
    act(f"/documents/{DOCUMENT}/retire", "/documents/{key}/retire", "coord", REASON),
    act(f"/documents/{DOCUMENT}/evidence", "/documents/{key}/evidence", "inspector", NOTE, ok=201),
    get(f"/documents/{DOCUMENT}/evidence", "/documents/{key}/evidence"),
    get(f"/documents/{DOCUMENT}/evidence/1", "/documents/{key}/evidence/{number}"),
    get("/stores", stranger=200, holds=PLACE),
    act("/stores", "/stores", "inspector", NEW_ITEM, ok=201, stranger=422),
    get(f"/stores/{ITEM}", "/stores/{key}"),
    Case("PATCH", "/stores/{key}", f"/stores/{ITEM}", "coord", body={"minimum": 2}),
    act(f"/stores/{ITEM}/count", "/stores/{key}/count", "inspector", {"quantity": 4.5, "expires_on": "2027-01-01"}),
    act(f"/stores/{ITEM}/strike", "/stores/{key}/strike", "coord", REASON),
    get("/exports/stores.csv", "/exports/stores.{form}", stranger=200, holds="水泵"),
    act("/imports/stores", "/imports/{kind}", "coord", files=STORES, stranger=422),
    get("/teams", stranger=200, holds=PLACE),
    act("/teams", "/teams", "coord", {"unit": "v2", "role": "应急联络员", "person": "grid2"}, ok=201, stranger=422),
    get("/teams/gaps?unit=town&role=灾情信息员", "/teams/gaps"),
    act(f"/teams/{MEMBER}/leave", "/teams/{key}/leave", "coord", {"until": "2026-02-28"}),
    get("/lists", stranger=200, holds="waste"),
    Case("PUT", "/lists/{tag}", "/lists/environment", "coord", stranger=422, body=LIST),
    get("/lists/waste", "/lists/{tag}"),
    get("/lists/waste/units?on=2026-03-02", "/lists/{tag}/units"),
    act("/lists/waste/units", "/lists/{tag}/units", "coord", {"unit": "e2", "from": "2026-06-01"}, ok=204),
    act("/lists/waste/units/e1/take-off", "/lists/{tag}/units/{unit}/take-off", "coord", REASON, ok=204),
    get("/projects", stranger=200, holds='"unit":"v2"'),
    act("/projects", "/projects", "staff", NEW_PROJECT, ok=201, stranger=422),
    get("/projects/P-1", "/projects/{code}"),
    get("/projects/P-1/gate", "/projects/{code}/gate"),
    act("/projects/P-2/begin", "/projects/{code}/begin", "coord"),
    get("/duty-counts?unit=town&from=2026-01-01&to=2026-12-31", "/duty-counts"),
)
