# Rollcall. Two commands matter: `make run` and `make test`. Everything else is the `rollcall` command.
#
# PYTHON   the interpreter to make .venv with, 3.11 or later (make run PYTHON=python3.12)
# ARGS     passed on: make run ARGS="--scale 0.001"; make test ARGS="-m 'not slow'"

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
STAMP := $(VENV)/installed
# A process a core, each with a server of its own; a file's tests stay together, for they share what took long to make.
# In the order they are found: the default puts files of few tests last, and those are the long ones.
TEST_PROCESSES := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help venv run serve test lint bars docs clean check-python

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: venv ## simulate, ingest, publish and show a municipality at 1:100
	@$(BIN)/rollcall run $(ARGS)

serve: venv ## keep database and Airflow up; Ctrl-C stops them
	@$(BIN)/rollcall serve

test: venv lint ## every check (ruff, sqlfluff, pytest), on a municipality at 1:2000
	@$(BIN)/python -m pytest $(TEST_PROCESSES) $(ARGS)

lint: venv ## ruff and sqlfluff only
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet .
	@$(BIN)/rollcall contracts build --check
	@$(BIN)/sqlfluff lint --disable-progress-bar --processes 2 dbt_project/models dbt_project/tests

bars: venv ## the long checks; resumable, figures go to benchmarks/results
	@$(BIN)/python -m benchmarks $(ARGS)

docs: venv ## docs/feeds.md and the dbt docs
	@$(BIN)/rollcall contracts build
	@$(BIN)/rollcall docs

clean: ## remove all state (not .venv)
	@if [ -x $(BIN)/rollcall ]; then $(BIN)/rollcall down >/dev/null; fi
	@home="$${ROLLCALL_HOME:-state}"; if [ -L "$$home/postgres" ]; then rm -rf "$$(readlink "$$home/postgres")"; fi; \
		rm -rf "$$home"
	@rm -rf .pytest_cache .ruff_cache dbt_project/target dbt_project/logs
	@echo "已清除 · state removed"

venv: $(STAMP)

# Installed once for these requirements; the project itself is linked, so its code is always today's.
$(STAMP): requirements.txt requirements-data.txt pyproject.toml | check-python
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "安装依赖（约 900 MB，仅首次）· installing packages, 900 MB, this once"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
		-r requirements.txt -r requirements-data.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
		--no-build-isolation --editable .
	@touch $@

check-python:
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "需要 Python 3.11 或更高版本（含 venv）；可用 make PYTHON=python3.12 指定。"; \
		echo "$(PYTHON) is not Python 3.11 or later with venv; name one: make $(MAKECMDGOALS) PYTHON=python3.12"; \
		exit 1; }
