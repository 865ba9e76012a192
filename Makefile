# The two commands of the README are `make demo` and `make test`; each sets up what it needs.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test check lint types contracts pytest bench lock clean

demo: $(READY)
	@if [ -t 0 ] && [ -t 2 ]; then $(BIN)/pmtui --demo; else $(BIN)/pmtui --no-ui --demo; fi

test: check pytest

check: lint types contracts

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

pytest: $(READY)
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

bench: $(READY)
	$(BIN)/python -m tests.bench

# Hashes for everything that `make` installs; no index address stands in the file.
lock: $(READY)
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --no-header --extra fast --extra live --extra cluster --extra dev -o requirements.lock pyproject.toml

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
