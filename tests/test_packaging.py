"""What an installation holds."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names_in_the_wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(out)], cwd=ROOT, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def installed(folder, name):
    files = (path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*.py"))
    return {f"{name}/{path.as_posix()}" for path in files}


@pytest.mark.long
@pytest.mark.parametrize(
    ("folder", "name"),
    [("riskscreen", "riskscreen"), ("models", "riskscreen_models"), ("serving", "riskscreen_serving")],
)
def test_a_wheel_holds_every_source_file_of_the_folder(names_in_the_wheel, folder, name):
    assert installed(folder, name) <= names_in_the_wheel


@pytest.mark.long
def test_a_wheel_holds_the_type_marker_and_nothing_beside_its_packages(names_in_the_wheel):
    tops = {name.split("/")[0] for name in names_in_the_wheel if ".dist-info" not in name}
    assert "riskscreen/py.typed" in names_in_the_wheel
    assert tops <= {"riskscreen", "riskscreen_models", "riskscreen_serving"}


def test_an_editable_installation_reads_the_declarations_where_they_are_written():
    program = "import riskscreen_models; print(*riskscreen_models.__path__)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(run.stdout.strip()) == ROOT / "models"
