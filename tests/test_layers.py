"""Who may import whom: serve → classifier ← training, and no scikit-learn where posts are scored."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    "classifier": {"training", "serve", "sklearn", "scipy", "joblib", "pickle", "fastapi", "matplotlib"},
    "serve": {"training", "sklearn", "scipy", "joblib", "pickle"},
    "training": {"serve", "fastapi"},
}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", FORBIDDEN)
def test_no_layer_imports_what_it_must_not(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    breaches = {str(f.relative_to(ROOT)): imported(f) & FORBIDDEN[package] for f in files}
    assert {f: b for f, b in breaches.items() if b} == {}


def test_scoring_loads_no_scikit_learn() -> None:
    # numba looks at scipy where it finds it; nothing of ours asks for it (see above).
    code = (
        "import sys, classifier, classifier.compiled, serve.app\n"
        "print([m for m in ('sklearn', 'joblib', 'pandas', 'matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_file_is_longer_than_400_lines() -> None:
    files = [f for package in (*FORBIDDEN, "tests", "benchmarks") for f in (ROOT / package).rglob("*.py")]
    lengths = {str(f.relative_to(ROOT)): len(f.read_text(encoding="utf-8").splitlines()) for f in files}
    assert {f: n for f, n in lengths.items() if n > 400} == {}


@pytest.mark.parametrize("package", ["classifier"])
def test_the_public_face_is_complete(package: str) -> None:
    import importlib

    module = importlib.import_module(package)
    public = {name for name in vars(module) if not name.startswith("_")}
    modules = {f.stem for f in (ROOT / package).iterdir()}
    assert set(module.__all__) == public - modules
    assert list(module.__all__) == sorted(module.__all__)
