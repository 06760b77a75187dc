"""The fixtures that other tests stand on."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, inspect, select

from tests.chromium import accessibility_problems

notes = Table("notes", MetaData(), Column("id", Integer, primary_key=True))


def with_one_note(url: str) -> None:
    engine = create_engine(url)
    notes.create(engine)
    with engine.begin() as connection:
        connection.execute(insert(notes).values(id=7))
    engine.dispose()


def tables(url: str) -> list[str]:
    engine = create_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_an_empty_database(database_url, turn):
    assert tables(database_url) == []
    with_one_note(database_url)


def test_a_copy_holds_what_was_filled_in_and_is_nobody_elses(database_copy):
    one, other = database_copy("notes", with_one_note), database_copy("notes", with_one_note)
    engine = create_engine(one)
    with engine.begin() as connection:
        connection.execute(notes.delete())
    engine.dispose()

    engine = create_engine(other)
    with engine.connect() as connection:
        assert connection.execute(select(notes.c.id)).scalars().all() == [7]
    engine.dispose()


def test_a_module_shares_a_database(module_database_url):
    assert tables(module_database_url) == []


def test_each_kind_can_be_had_alone(sqlite_url, postgres_url):
    assert sqlite_url.startswith("sqlite:///")
    assert postgres_url.startswith("postgresql+psycopg://")


def test_page_is_a_real_browser(page):
    page.set_content('<html lang="en"><title>Tile</title><main><h1>Tile</h1><img src="data:,"></main></html>')

    assert page.title() == "Tile"
    assert any(problem.startswith("image-alt") for problem in accessibility_problems(page))


def test_pages_speak_chinese_when_asked(pages):
    assert pages.open(language="zh").evaluate("navigator.language") == "zh-CN"
