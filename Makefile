# The only door: `make` alone lists what can be asked.
SHELL := /bin/sh
.DEFAULT_GOAL := help
FIND_UV := uv=$$(sh .ci/find-uv) || exit 1; export UV="$$uv"
RUN := $(FIND_UV); "$$uv" run --no-sync
PORT ?= 8000

help: ## list the recipes
	@grep -hE '^[a-z]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-11s %s\n", $$1, $$2 }'

# -- set-up: nothing to do when nothing changed ------------------------------------------------------------------------
.venv/.ready: pyproject.toml uv.lock hatch_build.py
	@$(FIND_UV); "$$uv" sync --frozen --quiet
	@touch $@

setup: .venv/.ready
	@$(RUN) python build_assets.py
.PHONY: help setup

# -- recipes -----------------------------------------------------------------------------------------------------------
demo: setup ## the platform on a fictional Île-de-France, in your browser
	@$(RUN) ensembleur demo $(if $(SEED),--seed $(SEED)) --port $(PORT)

# The server and the workers of the jobs, the short ones and the long ones, side by side; whichever way they are stopped, they stop
# together: told twice, the worker of long jobs leaves a computation unfinished rather than keep the others waiting.
SERVE := granian --interface wsgi --host 127.0.0.1 --port $(PORT) --workers 2 --workers-kill-timeout 10 ensembleur.wsgi:application

run: setup ## the platform on your own data (ENSEMBLEUR_HOME, DATABASE_URL), on PORT, with the worker of its jobs
	@$(RUN) ensembleur migrate --verbosity 0
	@$(RUN) ensembleur collectstatic --noinput --verbosity 0
	@$(FIND_UV); "$$uv" run --no-sync ensembleur db_worker --no-reload --verbosity 0 & worker=$$!; \
	"$$uv" run --no-sync ensembleur db_worker --backend long --no-reload --verbosity 0 & long=$$!; \
	"$$uv" run --no-sync $(SERVE) & server=$$!; \
	trap 'kill $$server $$worker $$long 2>/dev/null' INT TERM HUP; \
	wait $$server; status=$$?; kill $$server $$worker $$long 2>/dev/null; sleep 1; kill $$long 2>/dev/null; wait; exit $$status

test: setup ## every test, on SQLite then on PostgreSQL, with a real browser
	@$(RUN) python -m tests.run

check: setup ## format, lint, import contracts, types, templates, migrations, translations
	@$(MAKE) --no-print-directory --keep-going check-format check-lint check-imports check-types check-templates check-migrations check-strings

fix: setup ## put in order what a machine can
	@$(RUN) ruff check --fix --quiet .; $(RUN) ruff format .

bench: setup ## the headline figures, each beside its peer, into benchmarks/RESULTS.md
	@$(FIND_UV); "$$uv" sync --frozen --quiet --group bench
	@$(RUN) python -m benchmarks.run $(ONLY)

docs: setup ## the documentation, into site/
	@export NO_MKDOCS_2_WARNING=1; $(RUN) mkdocs build --strict --quiet
	@echo "site/index.html"

screenshots: setup ## the pictures of the README, taken from a demonstration made for them
	@$(RUN) python -m docs.screenshots $(if $(ONLY),--only $(ONLY))

clean: ## remove everything that can be made again (never your data in var/)
	rm -rf .venv .tools site dist build frontend/node_modules src/ensembleur/web/static/bundle src/ensembleur/*/data/built
	rm -rf .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis .coverage .coverage.*
	find src tests benchmarks \( -name __pycache__ -o -name '*.mo' \) -prune -exec rm -rf {} +
.PHONY: demo run test check fix bench docs screenshots clean

# -- the parts of `make check` -----------------------------------------------------------------------------------------
check-format:
	@$(RUN) ruff format --check --quiet . || { $(RUN) ruff format --check . ; exit 1; }

check-lint:
	@$(RUN) ruff check --quiet .

check-imports:
	@$(RUN) lint-imports --no-cache

check-types:
	@$(RUN) mypy

check-templates:
	@$(RUN) djlint src --lint --quiet

check-migrations:
	@ENSEMBLEUR_HOME=$$(mktemp -d) && export ENSEMBLEUR_HOME && $(RUN) ensembleur makemigrations --check --dry-run; status=$$?; rm -rf "$$ENSEMBLEUR_HOME"; exit $$status

check-strings:
	@ENSEMBLEUR_HOME=$$(mktemp -d) && export ENSEMBLEUR_HOME && $(RUN) ensembleur strings --check; status=$$?; rm -rf "$$ENSEMBLEUR_HOME"; exit $$status
.PHONY: check-format check-lint check-imports check-types check-templates check-migrations check-strings
