# The commands of everyday work. Only Python 3.11 to 3.13 and make are needed; everything else is
# put into .venv on the first use.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& { echo $$p; break; }; done)
BIN := .venv/bin
RUNS := .venv/.runs
DEVELOPS := .venv/.develops

.DEFAULT_GOAL := help
.PHONY: help run second test check bench lock texts clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

define install
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (once) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r $(1)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
endef

$(RUNS): requirements.lock
	$(call install,requirements.lock)

$(DEVELOPS): requirements-dev.lock
	$(call install,requirements-dev.lock)

run: $(RUNS) ## Start an instance with a demo region on http://localhost:8080
	@$(BIN)/meshwork demo --serve

second: $(RUNS) ## Start a second instance on http://localhost:8081 that federates with the first
	@$(BIN)/meshwork demo --second --serve

test: $(DEVELOPS) ## Run the tests that this machine can run (SQLite)
	@$(BIN)/python -m pytest -n auto tests

check: $(DEVELOPS) ## Format, lint, types, imports and the tests, as CI does
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto tests

bench: $(DEVELOPS) ## Measure: prints ratios, their parts and the machine
	$(BIN)/python -m tests.benchmarks

lock: $(DEVELOPS) ## Renew both lock files from pyproject.toml
	@for group in "requirements.lock --no-dev" "requirements-dev.lock --group dev"; do \
		set -- $$group; \
		$(BIN)/uv export --quiet --format requirements.txt --no-emit-project --no-hashes \
			--no-header --no-annotate $$2 $$3 --output-file $$1; \
	done
	@rm -f uv.lock

texts: $(DEVELOPS) ## Collect the texts of pages and answers into the catalogues to be translated
	$(BIN)/pybabel extract -F server/web/locale/babel.cfg -k say -k say_count:1,2 --no-location \
		--sort-output --omit-header -o server/web/locale/web.pot server
	$(BIN)/pybabel update -D web -i server/web/locale/web.pot -d server/web/locale \
		--no-fuzzy-matching
	@rm -f server/web/locale/web.pot

clean: ## Remove what was installed and built; data folders stay
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache build *.egg-info
