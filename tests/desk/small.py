"""A city with one unit that anybody may be of."""

from sentinel.desk.facts import Facts
from sentinel.warn.city import City
from sentinel.warn.duty import Duty, Unit

FACTS = Facts(
    city=City(
        duty=Duty(
            zone="Asia/Shanghai",
            departments={},
            units={
                "water-affairs": Unit(
                    id="water-affairs",
                    name={},
                    department="water",
                    area="",
                    members=("Wang", "Li", *"ABCDEFGH"),
                    fallback="Wang",
                )
            },
            centres=(),
            contacts={},
        )
    )
)
