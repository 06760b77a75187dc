"""Files in, files out: real mess kept apart from good rows."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest

from builder import runs
from builder.events import Cause
from builder.records import exporting, find, importing, revert
from builder.records.find import Query
from builder.work import House
from schema_store.problems import Problems
from tests import make
from tests.make import OPERATOR


def run(shop: House, entity: str, path: Path, **options: object) -> importing.Report:
    with shop.writing(Cause("import")) as work:
        run_id = runs.open_run(
            work.connection, kind=runs.IMPORT, at=work.now, actor="operator", cause="import"
        )
    asked = importing.Options(**options)  # type: ignore[arg-type]
    return importing.run(shop, entity, path, asked, OPERATOR, cause=Cause("import", run=run_id))


def sheet(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "sheet.csv"
    path.write_bytes(text.encode(encoding))
    return path


def counts(report: importing.Report) -> tuple[int, ...]:
    return report.rows, report.inserted, report.updated, report.unchanged, report.failed


def values(shop: House, number: str) -> dict:
    with shop.reading() as work:
        found = find.by_key(work, "member", number, OPERATOR)
    assert found is not None
    return dict(found.values)


def test_upsert_inserts_updates_and_leaves_alone(shop: House, tmp_path: Path) -> None:
    first = sheet(tmp_path, "member_no,name,tags\nM1,Ann,vip;tea\nM2,Bob,\n")
    assert counts(run(shop, "member", first, key="member_no")) == (2, 2, 0, 0, 0)
    again = sheet(tmp_path, "member_no,name,tags\nM1,Ann,tea、new\nM2,Bob,\nM3,Eve,\n")
    assert counts(run(shop, "member", again, key="member_no")) == (3, 1, 1, 1, 0)
    assert values(shop, "M1")["tags"] == {"tea", "new"}
    assert values(shop, "M3")["stage"] == "new"


def test_columns_are_found_by_label_and_by_map_and_others_named(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "id;会员号;Name;等级?\n7;M1;王小明;x\n")
    report = run(shop, "member", path, mapping={"会员号": "member_no"})
    assert (counts(report), set(report.ignored)) == ((1, 1, 0, 0, 0), {"id", "等级?"})
    assert values(shop, "M1")["name"] == "王小明"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encoding_is_found_out(shop: House, tmp_path: Path, encoding: str) -> None:
    path = sheet(tmp_path, "member_no,name,city\nM1,王小明,上海市\nM2,李雷,北京市\n", encoding)
    assert counts(run(shop, "member", path, key="member_no"))[1] == 2
    assert values(shop, "M2")["city"] == "北京市"


def test_bad_rows_are_reported_and_good_ones_kept(shop: House, tmp_path: Path) -> None:
    text = (
        "order_no,member,ordered_on,amount\nO1,M1,2026-02-30,1\nO2,M9,2026-02-01,1\nO3,M1,2026-02-01,1.005\n"
    )
    text += "O4,M1,2026-02-01,12.50\nO4,M1,2026-02-01,13.00\n,M1,2026-02-01,1\n"
    make.record(shop, "member", {"member_no": "M1"})
    report = run(shop, "order", sheet(tmp_path, text), errors=tmp_path / "errors.csv")
    assert counts(report) == (6, 1, 0, 0, 5)
    assert sorted(row for row, _problem in report.trouble) == [2, 3, 4, 6, 7]
    errors = (tmp_path / "errors.csv").read_text("utf-8-sig").splitlines()
    assert errors[0] == "order_no,member,ordered_on,amount,row,reason"
    assert len(errors) == 6
    assert values(shop, "M1")["total_spent"] == 1250


def test_cell_of_five_megabytes_fails_its_row_only(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "member_no,name\nM1," + "x" * 5_000_000 + "\nM2,Bob\n")
    assert counts(run(shop, "member", path, key="member_no")) == (2, 1, 0, 0, 1)


def test_row_of_the_same_key_later_in_the_file_updates(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "member_no,name\nM1,Ann\nM1,Anna\n")
    assert counts(run(shop, "member", path, key="member_no")) == (2, 1, 1, 0, 0)
    assert values(shop, "M1")["name"] == "Anna"


def test_rehearsal_counts_and_writes_nothing(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "member_no,name\nM1,Ann\nM1,Anna\nM2,Bob\n")
    assert counts(run(shop, "member", path, key="member_no", rehearse=True)) == (3, 2, 1, 0, 0)
    with shop.reading() as work:
        assert find.count(work, Query("member"), OPERATOR) == 0


def test_import_can_be_undone_as_a_run(shop: House, tmp_path: Path) -> None:
    make.record(shop, "member", {"member_no": "M1", "name": "Ann"})
    path = sheet(tmp_path, "member_no,name\nM1,Anna\nM2,Bob\n")
    report = run(shop, "member", path, key="member_no", tag="spring")
    assert values(shop, "M1")["tags"] == {"spring"}
    assert revert.run(shop, report.run or 0, Cause("undo", run=99)).reverted == 2
    assert (values(shop, "M1")["name"], values(shop, "M1")["tags"]) == ("Ann", frozenset())
    with shop.reading() as work:
        assert find.by_key(work, "member", "M2", OPERATOR) is None


def test_wrong_options_are_refused_before_any_row(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "member_no,name\nM1,Ann\n")
    for options in ({"key": "name"}, {"key": "phone"}, {"mapping": {"nope": "name"}}, {"mode": "update"}):
        with pytest.raises(Problems):
            run(shop, "member", path, **options)


def test_export_is_formula_safe_and_reads_back(shop: House, tmp_path: Path) -> None:
    text = 'member_no,name,phone,tags\nM1,"=1+1",+8613800138000,vip\nM2,"\'quoted",,\n'
    run(shop, "member", sheet(tmp_path, text), key="member_no")
    file = io.StringIO()
    with shop.reading() as work:
        exporting.write(
            work, Query("member", fields=("member_no", "name", "phone", "tags")), OPERATOR, file, "csv"
        )
    assert "'=1+1" in file.getvalue()
    again = sheet(tmp_path, file.getvalue())
    assert counts(run(shop, "member", again, key="member_no")) == (2, 0, 0, 2, 0)


def test_exported_records_are_valid_against_the_entity(shop: House, tmp_path: Path) -> None:
    run(
        shop,
        "member",
        sheet(tmp_path, "member_no,name,birthday,tags\nM1,Ann,1990-02-28,vip\nM2,,,\n"),
        key="member_no",
    )
    file = io.StringIO()
    with shop.reading() as work:
        document = json.loads(json.dumps(work.catalog.entity("member").document))
        assert exporting.write(work, Query("member"), OPERATOR, file, "jsonl") == 2
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    checker = jsonschema.Draft202012Validator(document, format_checker=jsonschema.FormatChecker())
    assert [list(checker.iter_errors(line)) for line in lines] == [[], []]
    assert not checker.is_valid(lines[0] | {"birthday": "1990-02-30x"})
    assert not checker.is_valid({"name": "no number"})


def test_headers_are_read_as_programs_write_them(shop: House, tmp_path: Path) -> None:
    wide = "member_no,name," + "x" * 200_000 + "\nM1,Ann,\n"
    for text in (wide, "\n\nmember_no,name\nM1,Ann\n", "sep=;\nmember_no;name\nM1;Ann\n"):
        assert counts(run(shop, "member", sheet(tmp_path, text), key="member_no"))[0] == 1
    path = sheet(tmp_path, 'member_no,"full\nname, as said"\nM1,Anna\n')
    run(shop, "member", path, key="member_no", mapping={"full\nname, as said": "name"})
    assert values(shop, "M1")["name"] == "Anna"


def test_row_with_more_cells_than_the_header_is_refused(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "member_no,name,city\nM1,Ann,a, b\nM2,Bob,x,,\nM3\n")
    report = run(shop, "member", path, key="member_no")
    assert counts(report) == (3, 2, 0, 0, 1)
    assert [(row, problem.code) for row, problem in report.trouble] == [(2, "row.cells")]


def test_one_broken_byte_fails_its_row_and_is_not_taken_for_another_encoding(
    shop: House, tmp_path: Path
) -> None:
    path = tmp_path / "sheet.csv"
    text = "member_no,name\nM1,王小明\nM2,李雷\nM3,韩梅梅\n".encode()
    path.write_bytes(text + "M4,王".encode()[:-1] + b"\n")
    report = run(shop, "member", path, key="member_no", errors=tmp_path / "errors.csv")
    assert counts(report) == (4, 3, 0, 0, 1)
    assert (values(shop, "M1")["name"], report.trouble[0][1].code) == ("王小明", "row.encoding")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_nul_byte_fails_its_row_only(shop: House, tmp_path: Path, encoding: str) -> None:
    path = sheet(tmp_path, "member_no,name,city\nM1,a\0b,上海市\nM2,李雷,北京市\n", encoding)
    assert counts(run(shop, "member", path, key="member_no")) == (2, 1, 0, 0, 1)
    assert values(shop, "M2")["city"] == "北京市"


@pytest.mark.parametrize("encoding", ["hex", "rot13", "undefined", "no such", "a\0b"])
def test_name_that_is_no_text_encoding_is_refused(shop: House, tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Problems, match="is not an encoding"):
        run(shop, "member", sheet(tmp_path, "member_no\nM1\n"), encoding=encoding)


def test_spreadsheet_under_the_name_of_csv_is_told_apart(shop: House, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(Problems, match="is a spreadsheet"):
        run(shop, "member", tmp_path / "sheet.csv")


def test_bad_rows_never_overwrite_the_file_they_come_from(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "member_no,name\nM1,Ann\n")
    with pytest.raises(Problems, match="must go into another one"):
        run(shop, "member", path, errors=tmp_path / "." / "sheet.csv")
    assert path.read_text() == "member_no,name\nM1,Ann\n"


def test_said_mapping_counts_more_than_the_name_of_a_column(shop: House, tmp_path: Path) -> None:
    path = sheet(tmp_path, "member_no,name,full name\nM1,A.,Ann Lee\n")
    report = run(shop, "member", path, mapping={"full name": "name"})
    assert (values(shop, "M1")["name"], report.ignored) == ("Ann Lee", ("name",))


@pytest.mark.parametrize("tag", ["a;b", "x" * 300, "a\nb"])
def test_tag_of_an_import_must_be_one(shop: House, tmp_path: Path, tag: str) -> None:
    with pytest.raises(Problems, match="/tag"):
        run(shop, "member", sheet(tmp_path, "member_no\nM1\n"), tag=tag)


def test_column_of_the_key_alone_leaves_records_as_they_are(shop: House, tmp_path: Path) -> None:
    run(shop, "member", sheet(tmp_path, "member_no,name\nM1,Ann\n"), key="member_no")
    again = run(shop, "member", sheet(tmp_path, "member_no\nM1\nM2\n"), key="member_no")
    assert counts(again) == (2, 1, 0, 1, 0)
