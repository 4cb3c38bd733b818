# `make` alone prints the list below. Every target sets up what it needs and is quick when nothing is missing.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# DATA: a folder of news to measure on (see tests/bench/README.md); without it the benchmarks use seeds/.
DATA ?= seeds

.PHONY: help setup demo test test-compose check bench chaos fuzz soak audit sbom lexicon lock clean jars

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) jars ## Make .venv/ with rasid in it, and bring the broker's jars

$(READY): requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "rasid: $(PYTHON) is missing: install Python 3.11 or newer, or run: make setup PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "rasid: $(PYTHON) is $$($(PYTHON) -V 2>&1); Python 3.11 or newer is needed: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "rasid: $(PYTHON) cannot make a virtual environment: install its venv package (Debian: apt-get install python3-venv)"; exit 1; }
	@echo "rasid: making $(VENV)/ ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The jars are brought by the same code that `rasid kafka up` uses; with a broker of one's own none are needed.
jars: $(READY)
	@test -n "$$RASID_KAFKA_BOOTSTRAP" || $(BIN)/rasid kafka jars

demo: $(READY) ## Stream seeds/ through Kafka and the three stages; events land in out/demo/
	@$(BIN)/rasid demo

test: setup check ## Lint, types, contract, then every test, those on a real broker among them
	@$(BIN)/python -m pytest

test-compose: setup ## Run the shipped compose file on a real docker engine, by the runbook's commands (twenty minutes)
	@$(BIN)/python -m tests.compose.run

check: $(READY) ## Lint, types, and what is generated (contract, lexicon) against what is checked in
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m tests.no_pickle
	@$(BIN)/rasid schemas check
	@$(BIN)/python -m workers.lexicon.build --check

bench: setup ## Measure each stage, its worker and a plain copy loop in one run (make bench DATA=folder)
	@$(BIN)/python -m tests.bench.stream $(DATA)

chaos: setup ## Faults of every kind under load, and an account of every record (half an hour; SEED=1)
	@$(BIN)/python -m tests.chaos --seed $(or $(SEED),1)

fuzz: $(READY) ## 100,000 malformed bodies and envelopes through the stages' decode path
	@$(BIN)/python -m tests.chaos.fuzz

soak: setup ## An hour of a large feed at full speed, and whether a worker's memory keeps growing
	@$(BIN)/python -m tests.chaos.soak

audit: $(READY) ## Ask for known vulnerabilities of what is locked (needs the network; what cannot be asked fails)
	@$(BIN)/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements.lock || { echo "rasid: the audit failed: a dependency is vulnerable, or the vulnerability service did not know it or did not answer"; exit 1; }

sbom: $(READY) ## Write a bill of materials of what is locked (CycloneDX, validated) to out/sbom.json
	@mkdir -p out
	@$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --validate -o out/sbom.json
	@echo "rasid: wrote out/sbom.json"

lexicon: $(READY) ## Make the lexicon's gazetteer again from CLDR and GeoNames, and compile the lexicon
	@$(BIN)/python -m workers.lexicon.build

lock: $(READY) ## Resolve the lock files again after a change of dependencies
	@$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --quiet --custom-compile-command "make lock" -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --quiet --custom-compile-command "make lock" -o requirements-dev.lock
	@$(BIN)/uv pip compile --group build -c requirements-dev.lock --universal --python-version 3.11 --generate-hashes --quiet --custom-compile-command "make lock" -o requirements-build.lock

clean: ## Remove everything that was made: .venv/, the jars, local brokers' folders, out/
	@test ! -x $(BIN)/rasid || $(BIN)/rasid kafka down --quiet || true
	@rm -rf $(VENV) .rasid out broker/target .mypy_cache .pytest_cache .ruff_cache .hypothesis
