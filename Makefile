# Everything works in .venv, which each target fills with what it needs; a second run does nothing of that again.
#   make test      the tests (ARGS="-k name" picks some)
#   make lint      ruff and mypy
#   make demo      compile the quickstart and, with Terraform there, apply it to a fake AWS on this machine
#   make bench     measure (make bench-peers, bench-grants, bench-analysers, bench-stability: beside other tools, which
#                  are installed from PyPI and npm; make bench-terraform: what Terraform takes for the output)
#   make docs      write what is generated and committed: schema, reference pages, compiled examples
# PYTHON=/path/to/python3 chooses the interpreter that .venv is made with, WORKERS the number of test processes.

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
WORKERS ?= 2
ARGS ?=
SUITABLE = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	if $$python -c '$(SUITABLE)' 2>/dev/null; then echo $$python; break; fi; done)
# The tests of a file stay together: what they share (a stack applied to a fake AWS, say) is made once.
PYTEST = $(PY) -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

.PHONY: help demo test test-setup test-command lint bench bench-peers bench-grants bench-analysers bench-stability bench-terraform docs schema clean

help:
	@sed -n '2,7s/^#   //p' Makefile

demo: $(VENV)/.demo
	@STACKGRANT_PLUGIN_DIR="$${STACKGRANT_PLUGIN_DIR:-$$(.ci/plugin-dir)}" $(PY) -m examples.demo.run

test: test-setup
	@$(PYTEST)

test-setup: $(VENV)/.test
	@:

# For .ci/run, which has to end with what pytest prints last.
test-command:
	@echo "$(PYTEST)"

lint: $(VENV)/.test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet . || { echo "run: $(PY) -m ruff format ." >&2; exit 1; }
	@$(PY) -m mypy

bench: $(VENV)/.base
	@$(PY) -m benchmarks.run $(ARGS)

bench-peers: $(VENV)/.base
	@$(PY) -m benchmarks.run --peers all --install-peers $(ARGS)

bench-grants: $(VENV)/.base
	@$(PY) -m benchmarks.grants --write $(ARGS)

bench-analysers: $(VENV)/.base
	@$(PY) -m benchmarks.analysers --write $(ARGS)

bench-stability: $(VENV)/.base
	@$(PY) -m benchmarks.stability $(ARGS)

bench-terraform: $(VENV)/.test
	@$(PY) -m benchmarks.terraform_cost $(ARGS)

docs schema: $(VENV)/.base
	@$(PY) -m tests.regenerate

clean:
	rm -rf $(VENV) dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed as python3; PYTHON=/path/to/python3 names one" >&2; exit 1; }
	@$(PYTHON) -c '$(SUITABLE)' || { echo "$(PYTHON) is older than Python 3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.base: $(VENV)/.python pyproject.toml
	@echo "installing into $(VENV)"
	@$(PY) -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.test $(VENV)/.demo: $(VENV)/.%: $(VENV)/.python pyproject.toml
	@echo "installing into $(VENV) what $* needs"
	@$(PY) -m pip install --quiet --disable-pip-version-check -e '.[$*]'
	@touch $@
