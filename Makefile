# Everything a newcomer needs; each target sets up what it uses. `make` alone lists the targets.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
PORT ?= 8000
BIN := .venv/bin
WEB := server/web/package-lock.json server/web/build.mjs $(wildcard server/web/src/* server/web/src/*/*)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup demo test lint bench bench-scale gain soak fuzz web wheel clean

help:            ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: .venv/ready-dev      ## .venv with everything for development, tools for the tests
demo: .venv/ready           ## build the bundled report, serve it on http://127.0.0.1:8000 (PORT=8080 for another)
	@$(BIN)/fazhi demo --port $(PORT)
test: .venv/ready-dev       ## every test, those in a real browser too
	@$(BIN)/python tests/tools.py
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)
lint: .venv/ready-dev       ## ruff, format, types
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy
bench: .venv/ready-dev      ## the score table of the README; what is found of the answers that composed reports know; speed beside other servers
	$(BIN)/python tests/bench/score.py $(GOLD)
	$(BIN)/python tests/bench/answers.py --reports 60
	$(BIN)/python tests/bench/read_speed.py
	$(BIN)/python tests/bench/serve.py --reports 25 --seconds 1 --rounds 1
	$(BIN)/python tests/bench/search_speed.py
bench-scale: .venv/ready-dev ## build time, size, memory and question times from 10 to 5,000 reports; exponents
	$(BIN)/python tests/bench/scale.py --write
gain: .venv/ready-dev       ## facts gained and lost per kind against another commit (REF=main)
	$(BIN)/python tests/bench/gain.py $(or $(REF),HEAD)
soak: .venv/ready-dev       ## long runs against a real server
	$(BIN)/python -m pytest -m soak -n 0 $(ARGS)
fuzz: .venv/ready-dev       ## a minute of inputs that coverage leads to, against the readers of reports (SECONDS=600 for more)
	$(BIN)/python -m pip install -q -e '.[fuzz]'
	$(BIN)/python tests/bench/fuzz.py --seconds $(or $(SECONDS),60)
web: .venv/ready            ## build the front end again
	$(BIN)/python hatch_build.py
wheel: .venv/ready-dev      ## source and binary distribution in dist/
	$(BIN)/python -m build
clean:                      ## remove everything that was made
	rm -rf .venv build dist server/static/dist server/web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "fazhi needs Python 3.11 or newer with venv and pip (Debian: apt-get install python3-venv; macOS: python.org); then run make again"; exit 2; }
	$(PYTHON) -m venv .venv
INPUTS := pyproject.toml $(wildcard hatch_build.py) $(WEB)
.venv/ready: .venv/bin/python $(INPUTS)
	$(BIN)/python -m pip install -q -e .
	@touch $@
.venv/ready-dev: .venv/bin/python $(INPUTS)
	$(BIN)/python -m pip install -q -e '.[all,dev]'
	@touch .venv/ready $@
