"""A shop's believable year, out of a seed and a day: stores, members, orders and tasks as rows of text.

The same seed and day always give the same rows. Stages, tags and levels are what the shipped workflows and the
orders make them, so nothing is overdue on the first night.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from builder.upkeep.sample import names

SEED = 20_260_301
MEMBERS = 360
DORMANT_AFTER_DAYS = 180
LEVELS = ((6_000_00, "black"), (2_000_00, "gold"), (600_00, "silver"), (0, "base"))
"""From how many cents spent on; the first that fits."""

Row = dict[str, str]


@dataclass(frozen=True)
class Habit:
    """How a sort of member buys. Days are before today; `every` the days between orders, None: never bought."""

    share: int
    joined: tuple[int, int]
    every: tuple[int, int] | None
    last: tuple[int, int] = (0, 0)
    stage: str | None = None  # None: what the rules say
    tags: tuple[str, ...] = ()


HABITS = (
    Habit(24, (200, 720), (14, 34), (0, 25), tags=("regular",)),
    Habit(30, (120, 700), (40, 85), (2, 120)),
    Habit(18, (260, 720), (25, 70), (181, 320)),
    Habit(12, (0, 60), (12, 30), (0, 40), tags=("welcome",)),
    Habit(8, (0, 150), None, stage="prospect", tags=("newsletter",)),
    Habit(6, (0, 120), None),
    Habit(2, (330, 720), (30, 60), (330, 364), stage="churned"),
)


@dataclass
class Shop:
    """All rows, by entity, in the order in which they refer to each other."""

    store: list[Row] = field(default_factory=list)
    member: list[Row] = field(default_factory=list)
    order: list[Row] = field(default_factory=list)
    task: list[Row] = field(default_factory=list)


@dataclass
class _Bought:
    """What a member bought and what counts of it: only paid orders do."""

    orders: list[Row] = field(default_factory=list)
    paid_cents: int = 0
    last_paid: date | None = None


def shop(today: date, *, seed: int = SEED, members: int = MEMBERS) -> Shop:
    """The rows of a shop as it stands on `today`."""
    random = Random(seed)  # noqa: S311 - invented people need no secrets
    made = Shop(
        store=[{"store_no": no, "name": name, "region": region} for no, name, region, _city in names.STORES]
    )
    for number in range(1, members + 1):
        habit = random.choices(HABITS, [one.share for one in HABITS])[0]
        member = _person(random, number)
        joined = today - timedelta(days=random.randint(*habit.joined))
        bought = _orders(random, member, habit, joined, today)
        made.member.append(_settled(random, member, habit, bought, joined=joined, today=today))
        made.order += bought.orders
    made.order.sort(key=lambda row: (row["ordered_on"], row["member"]))
    for number, row in enumerate(made.order, 1):
        row["order_no"] = f"SAMPLE-{number:05}"
    made.task = [_task(random, row, today) for row in made.member if row["stage"] == "dormant"]
    return made


def rows(today: date, size: int | None = None) -> dict[str, list[Row]]:
    """The shop's rows by entity, in the order of writing; `size`: how many members."""
    made = shop(today, members=size or MEMBERS)
    return {"store": made.store, "member": made.member, "order": made.order, "task": made.task}


def _person(random: Random, number: int) -> Row:
    is_female = random.random() < 0.55
    store_no, _name, _region, city = random.choices(names.STORES, [30, 18, 18, 12, 12, 10])[0]
    is_chinese = store_no != "S06" and random.random() < 0.9
    return {
        "member_no": f"M{number:05}",
        "name": names.chinese(random, is_female=is_female)
        if is_chinese
        else names.english(random, is_female=is_female),
        "phone": f"1380000{number:04}" if is_chinese else f"+44 20 7946 0{number:03}",
        "email": f"member{number:05}@example.com" if random.random() < 0.7 else "",
        "gender": "female" if is_female else "male",
        "birthday": _birthday(random),
        "city": city,
        "source": random.choices(["store", "wechat", "web", "friend", "event"], [40, 25, 15, 12, 8])[0],
        "store": store_no,
    }


def _birthday(random: Random) -> str:
    if random.random() < 0.2:
        return ""
    return (date(1958, 1, 1) + timedelta(days=random.randrange(365 * 48))).isoformat()


def _orders(random: Random, member: Row, habit: Habit, joined: date, today: date) -> _Bought:
    """Orders of the last year from the newest back to the day of joining."""
    bought = _Bought()
    if habit.every is None:
        return bought
    day = today - timedelta(days=random.randint(*habit.last))
    spends = random.lognormvariate(4.9, 0.6)  # about 134 in the middle
    while day >= max(joined, today - timedelta(days=365)):
        status = random.choices(["paid", "refunded", "cancelled"], [94, 4, 2])[0]
        cents = max(990, round(spends * random.lognormvariate(0, 0.45) * 100))
        bought.orders.append(
            {
                "member": member["member_no"],
                "ordered_on": day.isoformat(),
                "amount": f"{cents // 100}.{cents % 100:02}",
                "quantity": str(random.choices([1, 2, 3, 4, 6], [50, 25, 13, 8, 4])[0]),
                "status": status,
                "store": member["store"] if random.random() < 0.85 else random.choice(names.STORES)[0],
            }
        )
        if status == "paid":
            bought.paid_cents += cents
            bought.last_paid = bought.last_paid or day
        day -= timedelta(days=random.randint(*habit.every))
    return bought


def _settled(random: Random, member: Row, habit: Habit, bought: _Bought, *, joined: date, today: date) -> Row:
    """The member with what follows from their orders."""
    stage = _stage(habit, joined, bought, today)
    tags = [
        *habit.tags,
        *(["wake-up"] if stage == "dormant" else []),
        *(["vip"] if bought.paid_cents >= 4_000_00 else []),
    ]
    if random.random() < 0.12:
        tags.append("birthday-club")
    level = next(name for cents, name in LEVELS if bought.paid_cents >= cents)
    return {
        **member,
        "joined_on": joined.isoformat(),
        "stage": stage,
        "level": level,
        "points": str(bought.paid_cents // 100),
        "tags": ";".join(dict.fromkeys(tags)),
    }


def _stage(habit: Habit, joined: date, bought: _Bought, today: date) -> str:
    if habit.stage == "churned":
        return "churned"
    if (today - (bought.last_paid or joined)).days > DORMANT_AFTER_DAYS:
        return "dormant"
    return "active" if bought.last_paid else habit.stage or "new"


def _task(random: Random, member: Row, today: date) -> Row:
    """Somebody calls who went dormant; some were called already."""
    is_done = random.random() < 0.35
    due = today + timedelta(days=-random.randint(1, 20) if is_done else random.randint(0, 14))
    return {
        "title": f"Wake up {member['name']}",
        "member": member["member_no"],
        "store": member["store"],
        "due_on": due.isoformat(),
        "status": "done" if is_done else "open",
    }
