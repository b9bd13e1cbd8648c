# make run    sets everything up and shows the city being watched (ARGS="--for 45s --json" to end by itself)
# make test   sets everything up and passes all tests
# make check  what must be green before a commit: format, lint, types, architecture
PYTHON ?= python3.11
BIN := .venv/bin
ARGS ?=

.PHONY: run test check setup format bench clean help
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' $(firstword $(MAKEFILE_LIST))

run: setup
	$(BIN)/sentinel up -c configs/demo.yaml --simulate cloudburst $(ARGS)

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

.venv/ready: pyproject.toml requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "compiling the detection kernels for this machine, about a minute, once"
	$(BIN)/sentinel warm
	touch $@

clean:
	rm -rf .venv var
