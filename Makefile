# GigSta on one machine. `make up` is all it takes; see docs/ for the rest.

PYTHON ?= python3
VENV := .gigsta/venv/bin
GIGSTA_BASE_URL ?= http://localhost:8000
ARGS ?=
TESTS := libs/common/tests gateway/tests cli/tests $(wildcard services/*/tests)

.DEFAULT_GOAL := help
.PHONY: help up test check web fmt e2e e2e-web e2e-compose screenshots docs bench snapshots clean-data runtime dev

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# To stop it from a program, send make SIGTERM, which it passes on. SIGINT it leaves to the terminal, which sends it to all.
up: runtime ## Start the whole marketplace with demo data on http://localhost:8000 (GIGSTA_PORT=8100 for another)
	@$(VENV)/gigsta up $(ARGS)

test: check ## Run every check and every test
	@$(VENV)/gigsta web check
	@$(VENV)/pytest -n 2 --dist loadfile $(ARGS)

check: dev ## Check format, lint, types and the imports between packages
	@$(VENV)/ruff format --check --quiet . || { echo "Some files are not formatted: run make fmt."; exit 1; }
	@$(VENV)/ruff check --quiet .
	@$(VENV)/mypy
	@for tests in $(TESTS); do $(VENV)/mypy --no-error-summary $$tests || exit 1; done
	@$(VENV)/lint-imports

web: runtime ## Check, test and build the web app alone
	@$(VENV)/gigsta web check

fmt: dev ## Format the code and mend what the linter can
	@$(VENV)/ruff format .
	@$(VENV)/ruff check --fix .

e2e: dev ## Run the end-to-end tests against GIGSTA_BASE_URL (http://localhost:8000)
	@GIGSTA_BASE_URL=$(GIGSTA_BASE_URL) $(VENV)/pytest tests/e2e $(ARGS)

e2e-web: runtime ## Go through the web app with Chromium, on GIGSTA_BASE_URL; axe on every page, in both themes
	@cd web && GIGSTA_BASE_URL=$(GIGSTA_BASE_URL) npx vitest run --config vitest.e2e.config.ts $(ARGS)

screenshots: runtime ## Take pictures of the main screens on GIGSTA_BASE_URL into docs/screens, with Chromium
	@cd web && SCREENSHOTS=1 GIGSTA_BASE_URL=$(GIGSTA_BASE_URL) npx vitest run --config vitest.e2e.config.ts $(ARGS)

e2e-compose: dev ## Start everything in containers, run the end-to-end tests against them, and remove them
	@bin/e2e-compose $(ARGS)

docs: dev ## Build the documentation as a site into .gigsta/site
	@NO_MKDOCS_2_WARNING=1 $(VENV)/mkdocs build --strict

bench: dev ## Run the benchmarks
	@$(VENV)/python -m benchmarks $(ARGS)

snapshots: dev ## Write the OpenAPI and event snapshots anew
	@$(VENV)/gigsta snapshots

clean-data: runtime ## Remove the local database, queues and pictures, so that the next make up begins afresh
	@$(VENV)/gigsta clean-data

runtime:
	@$(PYTHON) bin/bootstrap

dev:
	@$(PYTHON) bin/bootstrap --dev
