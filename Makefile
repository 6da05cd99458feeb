# Every command a developer needs. `make` alone lists them.

BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test check fuzz audit format shots bench faults lock clean distclean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make .venv and install what is missing; nothing to do is done in no time
	@scripts/setup

run: setup ## open the counter of a demo mission beside a demo centre
	@$(BIN)/python scripts/demo.py $(ARGS)

test: ## run the tests: make test ARGS="tests/models -k receipt"
	@scripts/setup --for-tests
	@$(BIN)/python -m pytest $(ARGS)

check: setup ## formatting, lint, types, who may import whom, and what we depend on
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy
	MYPYPATH=tests $(BIN)/python -m mypy $(LENIENT) tests scripts $(wildcard benchmarks/*.py benchmarks/*/*.py tools/*.py)
	$(BIN)/python $(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/audit.py

# Tests, helpers and benchmarks may leave a fixture's type unsaid; what they call is checked all the same.
LENIENT := --namespace-packages --explicit-package-bases --allow-untyped-defs --allow-incomplete-defs \
	--allow-untyped-calls --allow-untyped-decorators --allow-any-generics --no-warn-return-any --no-warn-unused-ignores

fuzz: ## look for input that breaks a parser: make fuzz ARGS="10 token mrz" for ten minutes
	@scripts/setup --for-tests
	@$(BIN)/python scripts/fuzz.py $(ARGS)

audit: setup ## ask an advisory service about the pinned versions (needs a line out)
	@$(BIN)/python scripts/audit.py online

format: setup ## put the source in order
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

shots: ## every screen and page to PNG, in build/shots/
	@scripts/setup --for-tests
	@$(BIN)/python scripts/shots.py $(ARGS)

bench: setup ## what the README claims about speed
	@$(BIN)/python -m benchmarks $(ARGS)

faults: setup ## everything that can go wrong goes wrong: is anything lost? (hours; ARGS=--short: minutes)
	@$(BIN)/python -m benchmarks.faults $(ARGS)

lock: setup ## pin what pyproject.toml asks for: make lock ARGS=--upgrade
	$(BIN)/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--extra kiosk --extra server --extra dev --custom-compile-command 'make lock' \
		$(ARGS) --output-file requirements.lock pyproject.toml
	@if grep -n '://' requirements.lock; then echo 'requirements.lock names a host.' >&2; exit 1; fi
	@scripts/setup

clean: ## remove what runs and tests left behind
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

distclean: clean ## clean, and remove .venv too
	rm -rf .venv
