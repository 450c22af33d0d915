from pathlib import Path

from tests import order


def test_every_file_that_is_to_begin_first_is_there_and_named_once():
    assert [file for file in order.FIRST if not (Path(__file__).parent / file).is_file()] == []
    assert len(set(order.FIRST)) == len(order.FIRST)


def test_files_begin_in_the_order_in_which_they_are_named_and_others_follow():
    files = ["tests/test_order.py::a", "tests/cli/test_demo.py::b", "tests/docs/test_commands_run.py::c"]
    assert sorted(files, key=order.place) == files[::-1]
