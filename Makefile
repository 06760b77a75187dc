# Everything works from a bare machine with Python (3.11 or newer) and make.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
JOBS ?= 2
export HOST PORT

.PHONY: help setup run test bench lint tidy lock

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## .venv with the locked packages and .venv/bin/tessera; quick when nothing changed
	@$(PYTHON) tools/set_up.py run

run: setup ## set up, create the sample workspace on the first start, serve on HOST:PORT
	@exec .venv/bin/python -m builder.first_start

test: ## every test, with PostgreSQL and a browser; T=path for some
	@$(PYTHON) tools/set_up.py dev
	@$(PYTHON) tools/set_up.py browser
	@lint=0; $(MAKE) --no-print-directory lint || lint=1; \
	.venv/bin/pytest -n $(JOBS) --dist worksteal $(T) || exit $$?; \
	if [ $$lint = 1 ]; then echo "The tests are fine, the linters above are not." >&2; exit 1; fi

TEMPLATES = $(wildcard builder/templates plugins/*/templates)

lint: ## style, floors, templates (part of make test)
	@$(PYTHON) tools/set_up.py dev
	@failed=0; \
	.venv/bin/ruff check --quiet . || failed=1; \
	.venv/bin/lint-imports --no-logo || failed=1; \
	[ -z "$(TEMPLATES)" ] || .venv/bin/djlint --quiet --lint $(TEMPLATES) || failed=1; \
	exit $$failed

tidy: ## wrap, sort and mend what ruff can
	@$(PYTHON) tools/set_up.py dev
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --quiet --fix .

bench: ## the benchmarks, as ratios side by side; BENCH=name for one
	@$(PYTHON) tools/set_up.py dev
	@.venv/bin/python -m benchmarks $(BENCH)

# For whoever changes the dependencies in pyproject.toml. The locks name no package index.
COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links --strip-extras

lock: setup ## lock the newest packages that pyproject.toml allows
	@$(COMPILE) --upgrade pyproject.toml -o requirements/run.lock
	@$(COMPILE) --upgrade pyproject.toml --group dev -c requirements/run.lock -o requirements/dev.lock
	@$(COMPILE) --upgrade --group pyproject.toml:installer -o requirements/installer.lock
