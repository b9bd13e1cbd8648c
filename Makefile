# make run    sets everything up and shows the city being watched (ARGS="--for 45s --json" to end by itself)
# make test   sets everything up and passes all tests
# make check  what must be green before a commit: format, lint, types, architecture
PYTHON ?= python3.11
BIN := .venv/bin
ARGS ?=

.PHONY: run test check setup format bench clean help
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# make/make/p' $(firstword $(MAKEFILE_LIST))

run: setup
	@$(BIN)/sentinel up -c configs/demo.yaml --simulate cloudburst $(ARGS)

test: setup
	$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell src simulators tests docs rules configs README.md ARCHITECTURE.md

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

setup: .venv/ready

# The lock is whole, so nothing is resolved here: pip's resolver would look at newer releases, and
# some versions of pip fail over their missing hashes.
.venv/ready: pyproject.toml requirements.lock
	@command -v $(PYTHON) > /dev/null || test -x $(BIN)/python || { echo "$(PYTHON) is not there: \
	install Python 3.11 or 3.12, or name yours: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "1 of 2: installing what requirements.lock names into .venv, 1 GB: a minute or more" >&2
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "2 of 2: compiling the detection kernels for this machine: a minute or more, once" >&2
	@$(BIN)/sentinel warm
	@touch $@

clean:
	rm -rf .venv var
