"""Copy the cuts of the house's font that the report is set in, with their licence, where the strategy domain reads them."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "node_modules/@expo-google-fonts/atkinson-hyperlegible-next"
BUILT = HERE.parent / "src/ensembleur/strategy/data/built/fonts"
CUTS = ("400Regular", "400Regular_Italic", "600SemiBold", "700Bold")


def main() -> int:
    """The folder holds these files and nothing else."""
    shutil.rmtree(BUILT, ignore_errors=True)
    BUILT.mkdir(parents=True)
    for cut in CUTS:
        name = f"AtkinsonHyperlegibleNext_{cut}.ttf"
        shutil.copyfile(PACKAGE / cut / name, BUILT / name)
    shutil.copyfile(PACKAGE / "LICENSE_FONT", BUILT / "OFL.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
