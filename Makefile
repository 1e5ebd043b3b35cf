# make note   the sample note, in Chinese and English, as PDF and HTML
# make test   everything that CI checks
#
# Both set up what is missing first and are quick the second time.

SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# Twice quiet: errors are told, warnings about this machine's package locations are not.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --quiet
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes \
	--allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --no-emit-options

NOTE_PACKAGES := python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk
TEST_PACKAGES := poppler-utils chromium libreoffice-calc-nogui

.PHONY: help note test format lint types docs workbooks pictures guide-pictures snapshots lock
.PHONY: bench bench-preview fuzz soak note-packages test-packages

help:
	@sed -n 's/^# make/make/p' Makefile
	@echo "make workbooks  the sample workbooks, from seeds/"
	@echo "make docs       the reference in docs/, from the code"
	@echo "make lint, make types, make format, make snapshots, make pictures, make bench,"
	@echo "make bench-preview, make lock"
	@echo "make soak       all slow tests: kills, a hundred builds at once, a million rows (half an hour)"
	@echo "make fuzz COUNT=1000 SEED=1, or SECONDS=60: mutants of workbooks"

note: $(VENV)/.note
	$(BIN)/reportgen build

test: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.test
	$(BIN)/mypy

docs: $(VENV)/.note
	$(BIN)/python -m reportgen.reference

guide-pictures: $(VENV)/.test
	$(BIN)/python -m tests.guide_pictures

workbooks: $(VENV)/.note
	$(BIN)/python -m reportgen.workbook.sample

pictures: note | test-packages
	for lang in zh en; do \
		pdftoppm -r 72 -png -singlefile \
			output/compute-leasing-*/client/*-$$lang.pdf docs/images/page1-$$lang; \
	done

snapshots: $(VENV)/.test
	$(BIN)/pytest --snapshot-update -n 0

bench: $(VENV)/.test
	$(BIN)/python tests/benchmarks/bench_build.py

bench-preview: $(VENV)/.test
	$(BIN)/python tests/benchmarks/bench_preview.py

soak: $(VENV)/.test
	$(BIN)/pytest -n 0 -s -m slow

# COUNT mutants, or as many as SECONDS allow; the same SEED makes the same ones
fuzz: $(VENV)/.test
	$(BIN)/python -m tests.fuzz_workbooks $(if $(COUNT),--count $(COUNT)) \
		$(if $(SECONDS),--seconds $(SECONDS)) --seed $(or $(SEED),1)

lock: $(VENV)/.test
	$(COMPILE) --extra setup --output-file requirements.lock pyproject.toml
	$(COMPILE) --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock pyproject.toml

# ---- set-up ----------------------------------------------------------------------------------

$(BIN)/python: | note-packages
	.ci/make-venv $(VENV)

$(VENV)/.note: requirements.lock pyproject.toml | note-packages $(BIN)/python
	$(PIP) --require-hashes --requirement requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.note | test-packages
	$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch $@

note-packages:
	@.ci/system-packages $(NOTE_PACKAGES)

test-packages:
	@.ci/system-packages $(TEST_PACKAGES)
