# `make book` and `make test` set up all they need in .venv. Without make: `python -m nianbao book` and so on.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Set, it would keep the bytecode of what is used from being written, and every process would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev book watch serve workbench check test test-long lint types bench docs lock hooks release bundle audit clean

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/.ready  ## the environment of a book in .venv

setup-dev: $(VENV)/.ready-dev  ## the same, and what tests and checks need

# How it is made stands in nianbao/build/environment.py, for systems that have no make as well.
$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m nianbao setup

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(PYTHON) -m nianbao setup-dev

book: setup  ## the latest edition as site, PDF, Word and EPUB
	$(BIN)/nianbao build --formats html,pdf,docx,epub

watch: setup  ## build again whenever something changes
	$(BIN)/nianbao watch

serve: setup  ## show the built edition on this machine
	$(BIN)/nianbao serve

workbench: setup  ## a page that checks, reads in and proofreads in the browser, in _build/workbench; needs npm
	$(BIN)/nianbao workbench

check: setup  ## does everything add up?
	$(BIN)/nianbao check

test: setup-dev  ## the tests; style, types and docs among them
	$(BIN)/python -m pytest -m "not long"

test-long: setup-dev  ## the long tests: kills, full disks, fuzzing, whole matrices
	@$(BIN)/python -m pytest -m long; code=$$?; \
	if [ $$code -eq 5 ]; then echo "make test-long: no test is marked long, so nothing was tested" >&2; fi; \
	exit $$code

lint: setup-dev  ## ruff
	$(BIN)/ruff check .

types: setup-dev  ## mypy
	$(BIN)/mypy

bench: setup-dev  ## measure: ratios of one run, into _build/bench.txt (two hours; wants a quiet machine)
	mkdir -p _build
	for each in compare increment batch print build; do $(BIN)/python benchmarks/$$each.py; done | tee _build/bench.txt

docs: setup-dev  ## write the generated pages of docs/ and data/datapackage.json
	$(BIN)/python docs/make.py

lock: setup  ## requirements*.txt -> their .lock, for all platforms; UPGRADE=--upgrade takes the newest
	$(BIN)/python -m nianbao lock $(UPGRADE)

hooks: setup-dev  ## check before every commit
	$(BIN)/pre-commit install

release: setup  ## site, books, data, code and the list of parts as archives with checksums in _build/release
	$(BIN)/python -m nianbao release

bundle: setup  ## one archive for machines without internet; BUNDLE="--system windows --python 3.12"
	$(BIN)/python -m nianbao bundle $(BUNDLE)

audit:  ## is any locked version known to be vulnerable?
	$(PYTHON) -m nianbao audit

clean:  ## remove what was built; data and .venv stay
	rm -rf _build
