#!/usr/bin/env bash
# Puts the independent counterparts in place that are not Python dependencies of the project:
# Fedify and axe-core (npm, their versions locked beside them) and the inputs of Fediverse Pasture
# (PyPI, without its dependencies, which clash with ours and are not needed to read the inputs).
# Safe to repeat. Needs npm, and the environment that `make test` makes.
set -euo pipefail
cd "$(dirname "$0")/../.."

for package in fedify axe; do
    npm --prefix "tests/interop/$package" ci --no-audit --no-fund --loglevel=error
done

python=.venv/bin/python
"$python" -m pip --version >/dev/null 2>&1 || python=python3
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
    --target .cache/pasture "fediverse-pasture-inputs==0.3.0"
