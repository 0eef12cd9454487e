# One command each. `make` alone lists them.
PYTHON := .venv/bin/python
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard config/locale/*/LC_MESSAGES/django.po))
DEMO_CASES ?= 5000
RUNS ?= 20
SEED ?= 1

# Uses the Python that is here; never fetches another one.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help setup setup-dev run demo test check faults bench bench-desk bench-protection keystrokes guide-pictures lock openapi messages
.DELETE_ON_ERROR:

help:
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/.run $(CATALOGUES)  ## the environment, from requirements.lock

setup-dev: .venv/.dev $(CATALOGUES)  ## the same with the tools of developers

run: setup  ## web server and worker; PORT=8000 DATA_DIR=data DEMO_CASES=5000
	@exec $(PYTHON) manage.py serve --demo-cases $(DEMO_CASES)

demo: setup  ## load the demo data
	$(PYTHON) manage.py prepare
	$(PYTHON) manage.py demo_data --cases $(DEMO_CASES)

test: setup-dev  ## all tests, on SQLite and on PostgreSQL
	@.ci/test

check: setup-dev  ## format, types, layers, migrations, API description, translations
	@.ci/check

faults: setup-dev  ## kill processes in the middle of their work; RUNS=20 SEED=1
	@$(PYTHON) -m benchmarks.faults --runs $(RUNS) --seed $(SEED)

bench: setup-dev  ## measure speed on this machine
	@$(PYTHON) -m benchmarks.bench

bench-desk: setup-dev  ## fifty counsellors at once for five minutes
	@$(PYTHON) -m benchmarks.crowd

bench-protection: setup-dev  ## measure what protection costs and finds, against its bars
	@$(PYTHON) -m benchmarks.protection

keystrokes: setup-dev  ## count the keys of ten calls, into docs/keystrokes.md
	@KEYSTROKES=docs/keystrokes.md $(PYTHON) -m pytest -q -n 0 tests/browser/test_calls.py

guide-pictures: setup-dev  ## do the tasks of the guides in a browser and keep their pictures
	@GUIDE_PICTURES=1 $(PYTHON) -m pytest -q -n 0 tests/browser/test_counsellor_guide.py tests/browser/test_manager_guide.py tests/browser/test_outreach_guide.py

lock: .venv/.uv  ## write the locks from pyproject.toml; UPGRADE=1 takes the newest versions
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --group dev --output-file requirements-dev.lock
	echo uv | $(LOCK) - --constraint requirements-dev.lock --output-file requirements-uv.lock

openapi: setup-dev  ## write docs/openapi.yaml
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

messages: setup-dev  ## bring the catalogues in step with the source
	$(PYTHON) manage.py makemessages --locale en $(MESSAGES)

LOCK = $(PYTHON) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header \
  $(if $(UPGRADE),--upgrade)
MESSAGES = --no-location --no-wrap --no-obsolete --ignore .venv --ignore tests --ignore benchmarks

# One environment: once it holds the developers' tools it keeps them.
.venv/.run: requirements.lock .venv/.uv
	$(if $(wildcard .venv/.dev),,$(SYNC) requirements.lock)
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.uv
	$(SYNC) requirements-dev.lock
	@touch .venv/.run $@

SYNC = $(PYTHON) -m uv pip sync --quiet --require-hashes --python $(PYTHON)

.venv/.uv: requirements-uv.lock
	.ci/venv
	$(PYTHON) -m pip install --quiet --require-hashes --requirement requirements-uv.lock
	@touch $@

%.mo: %.po | .venv/.run
	$(PYTHON) -m babel.messages.frontend compile --input-file $< --output-file $@
