"""Who is on duty in Lancheng that night, and what each may do."""

from datetime import time

from sentinel.desk import Facts
from sentinel.domain.person import Grant, Person, Role
from sentinel.domain.rank import Rank
from sentinel.warn.city import City
from sentinel.warn.duty import Centre, Contact, Department, Duty, Shift, Unit
from sentinel.warn.plan import Plan, PlanOrder
from sentinel.warn.terms import RuleTerms

NAMES = {
    "wang.fang": "王芳",
    "li.qiang": "李强",
    "zhao.min": "赵敏",
    "chen.jie": "陈杰",
    "sun.li": "孙丽",
    "he.yu": "何宇",
    "zhang.wei": "张伟",
}
WANG = Person(id="wang.fang", name="王芳", grants=(Grant(role=Role.HANDLER, department="water"),))
"""Of the water department, in the whole city."""
LI = Person(id="li.qiang", name="李强", grants=WANG.grants)
ZHAO = Person(
    id="zhao.min",
    name="赵敏",
    grants=(Grant(role=Role.OPERATOR), Grant(role=Role.SUPERVISOR)),
)
"""Runs the city's desk."""
CHEN = Person(id="chen.jie", name="陈杰", grants=(Grant(role=Role.OPERATOR, area="guqiao"),))
"""Runs Guqiao's desk, and sees no more than Guqiao."""
SUN = Person(id="sun.li", name="孙丽", grants=(Grant(role=Role.AUDITOR),))
HE = Person(id="he.yu", name="何宇", grants=(Grant(role=Role.VIEWER, area="guqiao/hq"),))
"""Looks at one street."""
ZHANG = Person(
    id="zhang.wei",
    name="张伟",
    grants=(
        Grant(role=Role.OPERATOR),
        Grant(role=Role.HANDLER, department="water"),
        Grant(role=Role.HANDLER, department="gas"),
    ),
)
"""May accept anything."""
SCRIPT = Person(id="script", name="<img src=x onerror='document.title=666'>", grants=ZHANG.grants)
"""May do the same, and is called what a browser would run."""
NOBODY = Person(id="token:7", name="a machine that holds nothing")
PASSWORD = "correct horse battery"  # noqa: S105 -- of nobody
CROWD = (WANG, LI, ZHAO, CHEN, SUN, HE, ZHANG, SCRIPT, NOBODY)


def unit(name: str, department: str, area: str, *members: str, night: str = "") -> Unit:
    """Return a unit; with somebody on a night shift, or all its members always."""
    shift = Shift(
        name="night", days=frozenset(range(7)), starts=time(20), ends=time(8), who=(night,)
    )
    return Unit(
        id=name,
        name={"zh": name, "en": name},
        department=department,
        area=area,
        members=members,
        fallback=members[0],
        shifts=(shift,) if night else (),
    )


UNITS = (
    unit("water-affairs", "water", "", "wang.fang", "li.qiang"),
    unit("gas-company", "gas", "", "he.yu"),
    unit("city-desk", "", "", "zhao.min"),
    unit("guqiao-desk", "", "guqiao", "chen.jie", "li.qiang", night="chen.jie"),
)
HANDLING = City(
    duty=Duty(
        zone="Asia/Shanghai",
        departments={
            "water": Department(id="water", name={"zh": "水务", "en": "Water"}),
            "gas": Department(id="gas", name={"zh": "燃气", "en": "Gas"}),
        },
        units={one.id: one for one in UNITS},
        centres=(Centre(area="", unit="city-desk"), Centre(area="guqiao", unit="guqiao-desk")),
        contacts={
            one: Contact(id=one, name=name, channels={"app": f"{one}@app"})
            for one, name in NAMES.items()
        }
        | {one.id: Contact(id=one.id, name=one.id, channels={"app": one.id}) for one in UNITS},
    ),
    rules={"river-level": RuleTerms(rule="river-level")},
    plans={
        "flood": Plan(
            id="flood",
            title={"zh": "内涝", "en": "Flooding"},
            orders=(PlanOrder(to="water", checklist=({"zh": "关闸", "en": "Close the gates"},)),),
        )
    },
)
FACTS = Facts(city=HANDLING, channels={Rank.BLUE: ("app",)})
