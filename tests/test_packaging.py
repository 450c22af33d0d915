"""What an installation holds."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    build = "from hatchling.build import build_wheel; import sys; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(out)], cwd=ROOT, check=True, capture_output=True)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def names_in_the_wheel(wheel):
    return set(zipfile.ZipFile(wheel).namelist())


def installed(folder, name, kinds=("*.py", "*.html", "*.css", "*.svg")):
    files = (path.relative_to(ROOT / folder) for kind in kinds for path in (ROOT / folder).rglob(kind))
    return {f"{name}/{path.as_posix()}" for path in files}


@pytest.mark.long
@pytest.mark.parametrize(
    ("folder", "name"),
    [("riskscreen", "riskscreen"), ("models", "riskscreen_models"), ("serving", "riskscreen_serving")],
)
def test_a_wheel_holds_every_source_and_page_of_the_folder(names_in_the_wheel, folder, name):
    assert installed(folder, name) <= names_in_the_wheel


@pytest.mark.long
def test_a_wheel_holds_the_type_marker_and_nothing_beside_its_packages(names_in_the_wheel):
    tops = {name.split("/")[0] for name in names_in_the_wheel if ".dist-info" not in name}
    assert "riskscreen/py.typed" in names_in_the_wheel
    assert tops <= {"riskscreen", "riskscreen_models", "riskscreen_serving"}


SERVED = """
from pathlib import Path
from fastapi.testclient import TestClient
from riskscreen.cli.service import find_service
from riskscreen.store import prepare_store
service = find_service()
with TestClient(service.create_app(prepare_store(Path("home")), service.Settings())) as client:
    print(service.__file__)
    print(client.get("/login").status_code, client.get("/static/riskscreen.css").status_code)
"""


@pytest.mark.long
def test_the_service_of_a_wheel_finds_its_pages_and_static_files(wheel, tmp_path):
    """Unpacked and first on the path, its entry points are found before those of this environment."""
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    run = subprocess.run(
        [sys.executable, "-c", SERVED],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [str(tmp_path / "site" / "riskscreen_serving" / "app.py"), "200", "200"]


def test_an_editable_installation_reads_the_declarations_where_they_are_written():
    program = "import riskscreen_models; print(*riskscreen_models.__path__)"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(run.stdout.strip()) == ROOT / "models"
