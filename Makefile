# What people repeat. `make help` lists it; nothing here needs root, a database server, Docker or Node.

PORT ?= 8000
JOBS ?= 3
VENV := .venv
PY := $(VENV)/bin/python
MANAGE := $(PY) manage.py
RUN := DEBUG=1 SITE_URL=http://127.0.0.1:$(PORT)
PYTEST := $(PY) -m pytest -n $(JOBS) --dist loadfile -q
# What make lint looks at production settings with; none of it reaches a running site.
PRODUCTION := DEBUG= DATABASE_URL= VAR_DIR=var/lint SITE_URL=https://hub.example.com ALLOWED_HOSTS=hub.example.com \
	SECRET_KEY=read-only-by-make-lint-0123456789-abcdefghijklmnopqrstuvwxyz-ABC EMAIL_URL=smtp://127.0.0.1:25 \
	MAIL_FROM=weekly@hub.example.com

# Stamps bear the checksum of what they installed: a changed requirements file installs again, a touched one does not.
# A .venv whose Python has gone (a moved folder, a removed version) is made again.
VENV_RUNS := $(shell $(PY) -c 'import sys, pip; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo yes)
RUNTIME := $(VENV)/runtime-$(firstword $(shell cksum < requirements.txt))
DEV := $(VENV)/dev-$(firstword $(shell cksum < requirements-dev.txt))

PIP := $(PY) -m pip install -qq --disable-pip-version-check --require-hashes --root-user-action=ignore
.PHONY: help run test test-sqlite test-postgres endurance browsers lint format bench bench-scale bench-subscribers demo-scale cases \
	screenshots lock clean always

help:  ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1: \2/p' $(MAKEFILE_LIST)

run: $(RUNTIME)  ## the site with its demo publication, on http://127.0.0.1:8000 (PORT= for another port)
	@exec env $(RUN) $(MANAGE) serve --demo --port $(PORT)

test: $(DEV)  ## the whole suite, on SQLite and on PostgreSQL
	@failed=; for engine in sqlite postgres; do \
		echo "The suite on $$engine:"; $(PYTEST) --engine=$$engine || failed="$$failed $$engine"; \
	done; if [ -n "$$failed" ]; then echo "The suite failed on:$$failed"; exit 1; fi

test-sqlite test-postgres: test-%: $(DEV)
	@$(PYTEST) --engine=$*

# One test at a time: each loads the whole machine, and some measure how long readers wait.
endurance: $(DEV)  ## the tests whose length is the point, at full length, on both engines (under 30 minutes)
	@failed=; for engine in sqlite postgres; do \
		echo "Endurance on $$engine:"; $(PY) -m pytest -q -m endurance --engine=$$engine || failed="$$failed $$engine"; \
	done; if [ -n "$$failed" ]; then echo "Endurance failed on:$$failed"; exit 1; fi

browsers: $(DEV)  ## walk through the site in Firefox and WebKitGTK, in those that this machine has
	@$(PY) -m pytest -v tests/browsers

lint: $(DEV)  ## style, types, templates, migrations, production settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PRODUCTION) $(PY) -m mypy .
	$(PY) -m djlint --quiet --lint templates
	$(PRODUCTION) $(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING
	@if grep -nE '^ *(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)|://' requirements*.txt; then \
		echo 'The locked requirements name an index or a URL (make lock writes none).'; exit 1; fi

format: $(DEV)  ## put the code into shape
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

bench: $(DEV)  ## measure the public pages, on both engines
	@$(PY) -m tests.bench

bench-scale: $(DEV)  ## measure lists, search and saving among 1,000 and among N articles (default: 100,000)
	@$(PY) -m tests.bench.scale --articles $(N)

bench-subscribers: $(DEV)  ## measure import and export of a million subscribers, on both engines
	@$(PY) -m tests.bench.subscribers

demo-scale: $(RUNTIME)  ## add N generated articles to the local site (default: 100,000)
	@$(RUN) $(MANAGE) migrate --verbosity 0
	@$(RUN) $(MANAGE) make_scale $(N)
N ?= 100000

cases: $(DEV)  ## list which test shows which case of the hardening list
	@$(PY) -m tests.cases

screenshots: $(DEV)  ## draw the README's pictures with the browser test
	@SCREENSHOTS=docs/screenshots REQUIRE_BROWSER=1 $(PY) -m pytest -q tests/browser/test_screenshots.py

lock: $(DEV)  ## compile the locked requirements from pyproject.toml, with hashes and without an index
	@CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile $(LOCK) --output-file requirements.txt pyproject.toml
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")' \
		| CUSTOM_COMPILE_COMMAND="make lock" $(PY) -m piptools compile $(LOCK) --output-file requirements-dev.txt \
		--constraint requirements.txt pyproject.toml -
LOCK := --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras \
	--allow-unsafe --resolver=backtracking

clean:  ## remove what was made: the environment, caches, the local site's data
	rm -rf $(VENV) var build .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

ifneq ($(VENV_RUNS),yes)
$(RUNTIME) $(DEV): always
endif

$(RUNTIME): | $(VENV)/bin/python
	@echo "Installing what the site needs …"
	@$(PIP) -r requirements.txt
	@rm -f $(VENV)/runtime-* && touch $@

$(DEV): | $(VENV)/bin/python
	@echo "Installing what the site and its tests need …"
	@$(PIP) -r requirements-dev.txt
	@rm -f $(VENV)/dev-* && touch $@ $(RUNTIME)

ifneq ($(VENV_RUNS),yes)
$(VENV)/bin/python: always
endif
$(VENV)/bin/python:
	@found=; poor=; for name in python3.14 python3.13 python3.12 python3; do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 || continue; \
		if $$name -c 'import venv, ensurepip' >/dev/null 2>&1; then found=$$name; break; fi; \
		poor=$${poor:-$$name}; \
	done; \
	if [ -z "$$found" ] && [ -n "$$poor" ]; then \
		echo "AI Scope Hub needs Python's venv module, and $$poor comes without it." >&2; \
		echo "On Debian and Ubuntu: apt-get install $$poor-venv" >&2; exit 1; \
	elif [ -z "$$found" ]; then \
		echo "AI Scope Hub needs Python 3.12 or newer. None of python3.14, python3.13, python3.12, python3 is that." >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$($$found --version) …"; \
	$$found -m venv --clear $(VENV)
