# Medborgarlöfte. Needs python3 (3.11 or newer) and make; all else is fetched, or named with the command that installs it.
.PHONY: help run setup test check format messages lock mutants bench soak
PYTHON = .venv/bin/python
PORT ?= 8000

help: ## these lines
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile | expand -t 16

run: ## the site with example data on http://127.0.0.1:8000 (PORT=8001 changes the port)
	@scripts/install.sh
	@exec env EXAMPLE_DATA=1 $(PYTHON) scripts/serve.py $(PORT)

setup: ## all that run and test need, in .venv, and the database with the example data
	@scripts/install.sh dev
	@EXAMPLE_DATA=1 $(PYTHON) scripts/prepare.py

test: ## all tests, on SQLite and PostgreSQL, with a browser
	@scripts/install.sh dev
	@$(PYTHON) scripts/compile_messages.py
	@$(PYTHON) scripts/run_tests.py

check: ## style, types, layers, migrations, translations
	@scripts/install.sh dev
	@scripts/check.sh

format: ## put the code in the agreed form
	@scripts/install.sh dev
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format --quiet .

messages: ## bring the Swedish texts up to date and list what is missing
	@scripts/install.sh dev
	@$(PYTHON) scripts/messages.py

lock: ## write requirements.txt and requirements-dev.txt from the .in files
	@scripts/lock.sh

mutants: ## plant faults in the arithmetic and count how many the tests notice
	@scripts/install.sh dev
	@$(PYTHON) scripts/compile_messages.py
	@$(PYTHON) scripts/mutation.py

bench: ## speed beside its floors; QUICK=1, or ROWS=1000,100000 and DB=sqlite, for less than all
	@scripts/install.sh dev
	@ROWS=$(ROWS) N=$(N) QUICK=$(QUICK) DB=$(DB) $(PYTHON) scripts/bench

soak: ## fifty officers log at once while workers are killed: nothing lost, nothing doubled
	@scripts/install.sh dev
	@$(PYTHON) scripts/compile_messages.py
	@OFFICERS=$(OFFICERS) SECONDS=$(SECONDS) $(PYTHON) scripts/with_postgres.py $(PYTHON) scripts/soak
