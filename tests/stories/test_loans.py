"""A day at the lending desk with the second shipped application: lend, overdue by the clock, back, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from builder.commands.setting_up import install
from builder.events import Cause
from builder.records import find, save
from builder.upkeep import checks
from builder.work import House
from builder.workflows import undo
from builder.workflows.scheduler import run_due
from builder.workflows.tables import notices
from tests import make
from tests.make import OPERATOR
from tests.pages.shop import Shop
from tests.workflows.days import all_runs, at, moment, value

pytestmark = pytest.mark.story


@pytest.fixture
def desk(database_copy: Callable[..., Any], tmp_path: Path) -> Iterator[House]:
    """Equipment loans alone, at noon of 2 March 2026, with one camera and one borrower."""
    made = make.house(database_copy("loans", make.application("loans")), data=tmp_path)
    make.record(made, "item", {"item_no": "C-1", "name": "Camera", "category": "camera"})
    make.record(made, "borrower", {"borrower_no": "B-1", "name": "Li Mei"})
    yield made
    made.database.close()


def lend(desk: House, number: str = "L-1", due: str = "2026-03-03") -> int:
    on = {"lent_on": date(2026, 3, 2), "due_on": date.fromisoformat(due)}
    return make.record(desk, "loan", {"loan_no": number, "item": 1, "borrower": 1, **on})


def change(desk: House, loan: int, **values: Any) -> None:
    with desk.writing(Cause("form")) as work:
        save.save(work, "loan", values, policy=OPERATOR, id=loan)


def overdue(desk: House) -> list[Any]:
    """The loans of the shipped list, with how many days late each is."""
    with desk.reading() as work:
        view = work.catalog.of_kind("view")["overdue_loans"]
        query = find.Query("loan", ("loan_no", "days_overdue"), (view["where"],), ("id",))
        return [tuple(one.values.values()) for one in find.page(work, query, OPERATOR).records]


def test_a_loan_counts_until_it_is_back(desk: House) -> None:
    loan = lend(desk)
    assert value(desk, 1, "open_loans", "item") == 1
    assert value(desk, 1, "open_loans", "borrower") == 1
    change(desk, loan, returned_on=date(2026, 3, 2))
    assert value(desk, 1, "open_loans", "item") == 0
    assert value(desk, 1, "last_lent_on", "item") == date(2026, 3, 2)


def test_the_clock_finds_what_is_overdue_and_the_desk_is_told(desk: House) -> None:
    loan = lend(desk)
    run_due(desk, moment("2026-03-03T12:00"))
    assert value(desk, loan, "tags", "loan") == frozenset()
    later = at(desk, "2026-03-05T12:00")
    assert overdue(later) == [("L-1", 2)]
    run_due(later)
    assert value(later, loan, "tags", "loan") == {"overdue"}
    with later.reading() as work:
        said = work.connection.execute(select(notices.c.role, notices.c.text)).all()
    assert [(one.role, one.text["en"]) for one in said] == [
        ("lending_desk", "Loans are overdue (1): please remind the borrowers.")
    ]


def test_a_new_due_date_counts_anew(desk: House) -> None:
    loan = lend(desk)
    late = at(desk, "2026-03-05T12:00")
    run_due(late)
    change(late, loan, due_on=date(2026, 3, 10), tags=frozenset())
    run_due(late, moment("2026-03-10T12:00"))
    assert value(late, loan, "tags", "loan") == frozenset()
    run_due(late, moment("2026-03-12T12:00"))
    assert value(late, loan, "tags", "loan") == {"overdue"}


def test_what_comes_back_is_no_longer_overdue(desk: House) -> None:
    loan = lend(desk)
    late = at(desk, "2026-03-05T12:00")
    run_due(late)
    change(late, loan, returned_on=date(2026, 3, 5))
    run_due(late)
    assert value(late, loan, "tags", "loan") == frozenset()
    assert overdue(late) == []


def test_a_reminder_is_taken_back_and_stays_back(desk: House) -> None:
    loan = lend(desk)
    late = at(desk, "2026-03-05T12:00")
    run_due(late)
    (run,) = [one for one in all_runs(late, "loan_overdue") if one.changed]
    assert undo.undo(late, run.id).reverted == 1
    assert value(late, loan, "tags", "loan") == frozenset()
    run_due(late, moment("2026-03-07T12:00"))
    assert value(late, loan, "tags", "loan") == frozenset()


def test_both_applications_live_in_one_workspace(desk: House) -> None:
    assert install(desk, "membership") > 0
    assert install(desk, "membership") == 0
    make.record(desk, "member", {"member_no": "M1"})
    lend(desk)
    with desk.reading() as work:
        assert list(work.catalog.of_kind("app")) == ["loans", "membership"]
    assert checks.run(desk, whole=True).document["ok"]


def test_the_lending_desk_does_its_day_on_its_own_pages(desk: House) -> None:
    shop = Shop(str(desk.settings.database_url))
    lin = shop.reader("lending_desk")
    assert lin.get("/desk").all(".side-title") == ["Equipment loans"]
    assert "Value" not in lin.get("/desk/item/1").text
    empty = lin.get("/desk/loan/new").form("main form[method=post]")
    typed = {"loan_no": "L-9", "item": "1", "borrower": "1", "lent_on": "2026-02-20", "due_on": "2026-02-27"}
    made = lin.post("/desk/loan/new", empty | typed)
    assert made.status == 303
    assert "L-9" in lin.get("/desk/loan?view=overdue_loans").text
    back = lin.get("/desk/loan/1/edit").form("main form[method=post]")
    assert lin.post("/desk/loan/1/edit", back | {"returned_on": "2026-03-02"}).status == 303
    assert "L-9" not in lin.get("/desk/loan?view=overdue_loans").text
    assert lin.get("/desk/member").status == 404
    assert lin.get("/studio/packages").status == 403
    shop.house.database.close()
