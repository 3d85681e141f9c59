# `make demo` and `make test` set up everything they need themselves: Python 3.11 or later, and make.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
# The tests start the program a thousand times: without compiled modules each start takes a second.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test explore fuzz coverage check docs browser opensearch opensearch-stop bench clean

demo: $(VENV)/installed
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh docs/demo.sh

# All tests, or those in TESTS.
test: $(VENV)/installed-dev
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(TESTS)

# The laws of the tests on examples that change from run to run, and more of them. What fails becomes an @example.
explore: $(VENV)/installed-dev
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal --hypothesis-profile=explore

# Inputs that are made at random, of TARGETS (all without any) for SECONDS each. What is found goes to tests/regressions.
fuzz: $(VENV)/installed-fuzz
	$(BIN)/python -m benchmarks.fuzz $(TARGETS) $(if $(SECONDS),--seconds $(SECONDS)) $(OPTIONS)

# The same as test, with the lines counted that they run, in all processes; from Python 3.12 on this takes little time. Tests that
# count what a process does, or what it loads, would see the counting: they run without it. TESTS are further options of
# pytest, such as --ignore=tests/benchmarks.
UNCOUNTED := tests/archive/importing/test_crashes.py tests/test_package.py
coverage: $(VENV)/installed-dev
	rm -rf build/coverage
	mkdir -p build/coverage
	COVERAGE_CORE=$$($(BIN)/python -c 'import sys; print("sysmon" if sys.version_info >= (3, 12) else "ctrace")') \
		$(BIN)/python -m coverage run -m pytest --numprocesses auto --dist worksteal $(UNCOUNTED:%=--ignore=%) $(TESTS)
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal $(UNCOUNTED)
	$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report >build/coverage/report.txt
	@head -17 build/coverage/report.txt
	@echo "coverage: $$($(BIN)/python -m coverage report --format total)% of the lines; all in build/coverage/report.txt"

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/reference.py --check
	$(BIN)/python docs/api.py --check
	$(BIN)/python docs/drawing.py --check
	$(BIN)/python docs/picture.py --check
	$(BIN)/python docs/words.py

# The site, in build/site, and the manual pages, in build/man. Every warning, such as one of a link that leads nowhere,
# is an error.
docs: $(VENV)/installed-docs
	$(BIN)/sphinx-build --quiet --nitpicky --fail-on-warning --keep-going \
		--conf-dir docs --doctree-dir build/doctrees --builder html . build/site
	$(BIN)/python docs/manual.py build/man/man1
	@if command -v mandoc >/dev/null; then mandoc -T lint -W style build/man/man1/*.1; else echo "mandoc is not here: the manual pages were not checked"; fi
	@echo "the site is build/site/index.html; for a manual page: man -l build/man/man1/docarchive.1"

# The pages of `docarchive serve` in a browser; it needs Chromium. `make test` skips these tests without the extra.
browser: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,browser]'
	$(BIN)/python -m pytest tests/web/test_browser.py

# A cluster of OpenSearch with two nodes on this machine, for trials; it needs Java and Maven. It prints the addresses of
# the nodes, and runs until `make opensearch-stop`. The tests start one of their own if there is none.
opensearch: $(VENV)/installed-dev
	@$(BIN)/python tests/clusters.py start

opensearch-stop: $(VENV)/installed-dev
	@$(BIN)/python tests/clusters.py stop

# CORPUS is a .jsonl of articles; SIZES, such as 1000,19043, and OPTIONS, such as --quick, are as in docs/benchmarks.
bench: $(VENV)/installed-dev
	@test -n "$(CORPUS)" || { echo "name a file of articles: make bench CORPUS=articles.jsonl"; exit 1; }
	$(BIN)/python -m benchmarks.peers $(CORPUS) $(if $(SIZES),--sizes $(SIZES)) $(OPTIONS)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "docarchive needs Python 3.11 or later; name it with: make PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-fuzz: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,fuzz]'
	@touch $@ $(VENV)/installed $(VENV)/installed-dev

$(VENV)/installed-docs: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
