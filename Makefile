# Everything a developer does. Each target makes its own environment in .venv on a fresh machine.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ROOMS := language engine workflows activities store api portal cli demo
SOURCES := $(wildcard $(ROOMS) worker.py settings.py scripts bench chaos tests)
COVERED := --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100
LOCK := requirements.lock
INTEROP := .venv-interop
CHECKS := formatted lint types arrows dependencies audited used spelling guides semantics language-tested engine-tested

.DEFAULT_GOAL := help
.PHONY: help run test check screenshots fuzz bench chaos proof format lock clean
.PHONY: $(CHECKS)
$(CHECKS): $(READY)

help: ## say what each target does
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

run: $(READY) ## start Steward here with the demo company at work: Temporal, worker and API, with the data in .steward/
	@$(BIN)/steward up --demo

test: $(READY) $(INTEROP)/.ready ## run all tests, on real servers (installs PostgreSQL, Alertmanager, promtool and Chromium with apt-get when missing)
	@scripts/test-services
	@scripts/tests $(TESTS)

check: $(READY) ## keep the rules: format, lint, types, arrows, known flaws, dead code, spelling, and the pure core's tests at 100 %
	@$(MAKE) --no-print-directory --keep-going --jobs=2 --output-sync=target $(CHECKS)

formatted:
	@echo "— format"; $(BIN)/ruff format --check --quiet . || { echo "Please run: make format"; exit 1; }

lint:
	@echo "— lint"; $(BIN)/ruff check --quiet .

types:
	@echo "— types"; $(BIN)/mypy $(SOURCES)

arrows:
	@echo "— arrows between the rooms"; PYTHONPATH=. $(BIN)/lint-imports --no-logo

dependencies:
	@echo "— dependencies"; $(BIN)/deptry .

audited:
	@echo "— known flaws of dependencies"; $(BIN)/python scripts/audit.py

used:
	@echo "— dead code"; $(BIN)/python scripts/dead_code.py

spelling:
	@echo "— spelling"; $(BIN)/codespell

guides:
	@echo "— rules of the house, and guides"; $(BIN)/python scripts/guides.py && PYTHONPATH=. $(BIN)/python scripts/definition_names.py

semantics:
	@echo "— sentences of the semantics without a proof"; $(BIN)/python scripts/semantics.py

language-tested:
	@echo "— language, by its own tests"; $(BIN)/python -m pytest -q --numprocesses=2 tests/language --cov=language $(COVERED)

engine-tested:
	@echo "— engine, by its own tests"; $(BIN)/python -m pytest -q --numprocesses=2 tests/engine --cov=engine $(COVERED)

screenshots: $(READY) ## take pictures of every page of the portal, into docs/images/
	@scripts/test-services
	@PYTHONPATH=. $(BIN)/python scripts/screenshots.py

fuzz: $(READY) ## spoil what strangers send for a few minutes, and keep what is found (SECONDS=20 for each reader)
	@PYTHONPATH=. $(BIN)/python scripts/fuzz.py $(or $(SECONDS),20)

bench: $(READY) ## measure on this machine (several minutes)
	@$(BIN)/python -m bench

chaos: $(READY) ## kill everything while people work, and judge what is left (CHAOS="--minutes 120 --postgresql")
	@scripts/test-services
	@$(BIN)/python -m chaos $(CHAOS)

proof: $(READY) ## make docs/proof.md and docs/performance.md from the figures that suites have kept in docs/proof/
	@PYTHONPATH=. $(BIN)/python scripts/proof.py
	@PYTHONPATH=. $(BIN)/python scripts/performance_page.py

format: $(READY) ## format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: $(READY) ## pin what pyproject.toml asks for, with hashes (UPGRADE=1 takes the newest of everything)
	@$(BIN)/pip-compile --quiet --no-config --no-header --extra test --extra dev \
	    --generate-hashes --allow-unsafe --no-strip-extras \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	    $(if $(UPGRADE),--upgrade) --output-file $(LOCK) pyproject.toml
	@$(BIN)/pip-compile --quiet --no-config --no-header \
	    --generate-hashes --allow-unsafe --no-strip-extras \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	    $(if $(UPGRADE),--upgrade) --output-file requirements-interop.lock requirements-interop.in
	@$(BIN)/pip-compile --quiet --no-config --no-header --constraint $(LOCK) \
	    --generate-hashes --allow-unsafe --no-strip-extras \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	    --no-annotate --output-file deploy/run.lock pyproject.toml
	@$(BIN)/pip-compile --quiet --no-config --no-header --constraint $(LOCK) --only-build-deps --build-deps-for wheel \
	    --generate-hashes --allow-unsafe --no-strip-extras \
	    --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	    --no-annotate --output-file deploy/build.lock pyproject.toml

clean: ## remove the environment and what tools left behind; the data in .steward/ stays
	rm -rf .venv $(INTEROP) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist *.egg-info

$(READY): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Steward needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	@test -x $(BIN)/python || { echo "Making the environment .venv …"; $(PYTHON) -m venv .venv; }
	@echo "Installing what $(LOCK) pins into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(READY)

# Programs that the tests run beside us, each in the versions that it wants.
$(INTEROP)/.ready: requirements-interop.lock
	@test -x $(INTEROP)/bin/python || $(PYTHON) -m venv $(INTEROP)
	@echo "Installing what $< pins into $(INTEROP) …"
	@$(INTEROP)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@
