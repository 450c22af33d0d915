"""What a link of a city took, step by step, and which day a delivery is of."""

from datetime import date
from pathlib import Path

import pytest

from benchmarks import link_city


def test_a_step_lasts_until_the_next_and_all_record_kinds_are_one():
    marks = [
        ("who is who", 0.0, 1.0),
        ("crosswalk", 10.0, 5.0),
        ("bills", 20.0, 6.0),
        ("homes", 30.0, 6.5),
        ("", 40.0, 9.0),
    ]
    looks = [(1.0, 50_000), (9.0, 70_000), (15.0, 60_000), (35.0, 90_000), (41.0, 99_000)]
    assert link_city._steps(marks, looks) == {
        "who is who": {"cpu_s": 4.0, "peak_mb": 70},
        "crosswalk": {"cpu_s": 1.0, "peak_mb": 60},
        "records to the store": {"cpu_s": 3.0, "peak_mb": 90},
    }


@pytest.mark.parametrize("name", ["aid_2024-01-01.csv", "aid_2024-01-01-07.parquet"])
def test_a_delivery_is_of_the_day_in_its_name_whatever_piece_of_the_city_it_tells_of(name):
    assert link_city._day(Path(name)) == date(2024, 1, 1)
