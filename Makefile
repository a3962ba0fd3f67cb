# `make book` and `make test` set up all they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := 0.13.9  # writes the lock file
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' nianbao/__init__.py)

.PHONY: help setup book watch serve check test test-long lint types bench docs lock hooks release clean

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/.ready  ## the environment in .venv

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

book: setup  ## the latest edition as site, PDF, Word and EPUB
	$(BIN)/nianbao build --formats html,pdf,docx,epub

watch: setup  ## build again whenever something changes
	$(BIN)/nianbao watch

serve: setup  ## show the built edition on this machine
	$(BIN)/nianbao serve

check: setup  ## does everything add up?
	$(BIN)/nianbao check

test: setup  ## the tests to run each time; style, types and docs among them
	$(BIN)/python -m pytest -m "not long"

test-long: setup  ## the tests that take their time: kills, full disks, fuzzing, every page in every browser window
	$(BIN)/python -m pytest -m long

lint: setup  ## ruff
	$(BIN)/ruff check .

types: setup  ## mypy
	$(BIN)/mypy

bench: setup  ## measure: ratios of one run, into _build/bench.txt (two hours; wants a quiet machine)
	mkdir -p _build
	for each in compare increment batch print build; do $(BIN)/python benchmarks/$$each.py; done | tee _build/bench.txt

docs: setup  ## write the generated pages of docs/ and data/datapackage.json
	$(BIN)/python docs/make.py

lock: setup  ## requirements.txt -> requirements.lock, for all platforms; UPGRADE=--upgrade takes the newest
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV)
	$(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" requirements.txt -o requirements.lock
	$(MAKE) docs

hooks: setup  ## check before every commit
	$(BIN)/pre-commit install

release: book  ## site, books, data and code as archives with checksums in _build/release
	$(BIN)/nianbao site
	rm -rf _build/release && mkdir -p _build/release
	git archive --format=zip --prefix=nianbao-$(VERSION)/ -o _build/release/nianbao-$(VERSION)-source.zip HEAD
	git archive --format=zip -o _build/release/nianbao-$(VERSION)-data.zip HEAD data
	$(BIN)/python -m zipfile -c _build/release/nianbao-$(VERSION)-site.zip _build/site
	cd _build/release && sha256sum *.zip > SHA256SUMS

clean:  ## remove what was built; data and .venv stay
	rm -rf _build
