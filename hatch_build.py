"""Build hook: the folders `models` and `serving` install as `riskscreen_models` and `riskscreen_serving`.

A wheel holds copies of the folders that exist. An editable installation holds, for each, a package of one
line whose search path is the folder itself, so an edited declaration is in force at once.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGES = {"models": "riskscreen_models", "serving": "riskscreen_serving"}


class NamedFolders(BuildHookInterface[BuilderConfig]):
    """Adds `PACKAGES` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fill the build's list of files to include: source path to path in the wheel."""
        self._made = TemporaryDirectory()
        if version == "editable":
            build_data["force_include_editable"].update(self._redirections())
        else:
            build_data["force_include"].update(self._folders())

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was made for the build alone."""
        self._made.cleanup()

    def _folders(self) -> dict[str, str]:
        root = Path(self.root)
        return {str(root / folder): name for folder, name in PACKAGES.items() if (root / folder).is_dir()}

    def _redirections(self) -> dict[str, str]:
        for folder, name in PACKAGES.items():
            line = f"__path__ = [{str(Path(self.root) / folder)!r}]\n"
            Path(self._made.name, f"{name}.py").write_text(line, encoding="utf-8")
        return {str(Path(self._made.name, f"{name}.py")): f"{name}/__init__.py" for name in PACKAGES.values()}
