"""Opening a store, its schema, and what a database refuses, in a sentence each."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from riskscreen.errors import CallerError, HomeError
from riskscreen.store import Action, open_store, prepare_store, publish, put_areas, upgrade
from riskscreen.store.tables import AreaRow, AttemptRow, Table
from tests.store.made import PUBLISHED, contents, event, new_list, placed


def by_hand(home):
    return closing(sqlite3.connect(home / "store.db", isolation_level=None))


def put(store, code="west"):
    put_areas(store, [placed(code, "city")], event(Action.AREAS_CHANGED))


def test_a_new_store_is_its_owners_alone_and_writes_ahead(tmp_path):
    prepare_store(tmp_path / "new").close()
    assert stat.S_IMODE((tmp_path / "new" / "store.db").stat().st_mode) == 0o600
    with by_hand(tmp_path / "new") as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_migrations_make_what_the_tables_say(store):
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Table.metadata) == []


def test_preparing_a_store_again_changes_nothing(home, store):
    before = contents(store)
    prepare_store(home).close()
    upgrade(store.engine)
    assert contents(store) == before


def test_a_migration_that_fails_leaves_the_database_empty(tmp_path, monkeypatch):
    monkeypatch.setattr(EnvironmentContext, "run_migrations", broken := broken_after_a_table())
    with pytest.raises(ZeroDivisionError):
        prepare_store(tmp_path)
    assert broken.ran
    with by_hand(tmp_path) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []


def broken_after_a_table():
    class Broken:
        ran = False

        def __get__(self, environment, _):
            def run():
                self.ran = True
                environment.get_context().connection.exec_driver_sql("CREATE TABLE half (a)")
                raise ZeroDivisionError

            return run

    return Broken()


def test_who_reads_lists_loads_none_of_what_models_are_made_with():
    program = "import sys, riskscreen.store; print(*{'lightgbm', 'mlflow', 'sklearn'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_a_moment_without_its_zone_is_refused(store):
    with pytest.raises(StatementError, match="time zone"), store.reading() as connection:
        connection.execute(select(AttemptRow.last).where(AttemptRow.last < datetime(2024, 3, 1)))  # noqa: DTZ001


# What cannot be used


def refused(home, *said):
    for attempt in (open_store, prepare_store):
        with pytest.raises(HomeError) as error:
            attempt(home, wait=0.05)
        sentence = str(error.value)
        assert all(part in sentence for part in said), sentence
        assert "\n" not in sentence


def test_a_store_that_is_not_there_is_not_made_by_opening_it(tmp_path):
    with pytest.raises(HomeError, match=r"no store at .* the first night makes it"):
        open_store(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_newer_schema_is_refused(home):
    with by_hand(home) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    refused(home, "newer riskscreen")


def test_an_older_schema_is_refused_until_it_is_brought_up_to_date(tmp_path):
    (tmp_path / "store.db").touch()
    with pytest.raises(HomeError, match="older riskscreen"):
        open_store(tmp_path)
    prepare_store(tmp_path).close()
    open_store(tmp_path).close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(home):
    (home / "store.db").write_bytes(b"Ann Smith, 13812345678\n" * 500)
    before = (home / "store.db").read_bytes()
    refused(home, "damaged or no database", str(home))
    assert (home / "store.db").read_bytes() == before


def test_a_damaged_database_is_refused(home):
    whole = (home / "store.db").read_bytes()
    (home / "store.db").write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))
    refused(home, "damaged or no database")


def test_a_folder_in_its_place_is_refused(tmp_path):
    (tmp_path / "store.db").mkdir()
    refused(tmp_path, "cannot be opened")


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "home").touch()
    with pytest.raises(HomeError, match="Choose a folder"):
        prepare_store(tmp_path / "home")


def test_while_another_writes_a_writer_is_told_and_a_reader_reads(home, store):
    before = contents(store)
    with by_hand(home) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HomeError, match="another process is writing to it"):
            put(store)
        with pytest.raises(HomeError, match="another process is writing to it"):
            publish(store, new_list("ann"), PUBLISHED)
        assert contents(store) == before
        other.execute("ROLLBACK")
    put(store)


def test_a_full_disk_is_told_and_changes_nothing(store):
    before = contents(store)
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    many = [placed(f"area{number}", "city") for number in range(2000)]
    with pytest.raises(HomeError, match="disk is full, and nothing was changed"):
        put_areas(store, many, event(Action.AREAS_CHANGED))
    assert contents(store) == before


def test_a_sentence_holds_no_value(store, home):
    with by_hand(home) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HomeError) as error:
            put(store, "secret")
    assert "secret" not in str(error.value) + str(error.value.__cause__)


def test_an_address_that_is_none_is_refused(tmp_path):
    with pytest.raises(CallerError, match="RISKSCREEN_STORE_URL"):
        open_store(tmp_path, "no address")


def test_a_server_that_is_not_there_is_told_without_the_password(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(HomeError, match="cannot be reached") as error:
        open_store(tmp_path, "postgresql://user:hunter2@127.0.0.1:1/none")
    assert "hunter2" not in str(error.value)


def test_a_reader_sees_one_state_while_another_writes(store):
    asked = select(AreaRow.code).order_by(AreaRow.code)
    with store.reading() as connection:
        before = connection.execute(asked).scalars().all()
        put(store)
        assert connection.execute(asked).scalars().all() == before
    with store.reading() as connection:
        assert "west" in connection.execute(asked).scalars().all()
