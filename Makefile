# `make book` and `make test` set up all they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := 0.13.9  # writes the lock files
# Goes through the locks twice as fast as the pip that comes with Python 3.11.
PIP := pip==26.3 --hash=sha256:f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13
VERSION = $(shell sed -n 's/^__version__ = "\(.*\)"/\1/p' nianbao/__init__.py)

# The fonts of mplfonts that the book uses. The others are 64 MB, and one of them is not free: they are taken out of .venv.
FONTS := NotoSansCJKsc-Regular.otf NotoSerifCJKsc-Regular.otf
INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check
# pip would write bytecode for every module, most of which no book imports. Importing those of the program instead writes it
# for what is used, and shows that requirements.txt lacks nothing; what needs the extra `cluster` is left out.
IMPORT_ALL = import jupyter_book.sphinx, nianbao, pkgutil; \
	[__import__(found.name) for found in pkgutil.walk_packages(nianbao.__path__, "nianbao.") \
	if found.name != "nianbao.build.cluster"]
COMPILE = $(BIN)/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock"

# Set, it would keep the bytecode of what is used from being written, and every process would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev book watch serve workbench check test test-long lint types bench docs lock hooks release clean

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(VENV)/.ready  ## the environment of a book in .venv

setup-dev: $(VENV)/.ready-dev  ## the same, and what tests and checks need

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	echo "$(PIP)" | $(INSTALL) --no-compile --require-hashes -r /dev/stdin
	$(INSTALL) --no-compile --require-hashes -r requirements.lock
	PYTHONWARNINGS="ignore:Editable installation" $(INSTALL) --no-deps --no-build-isolation -e .
	find $(VENV) -path "*/mplfonts/fonts/*" $(patsubst %,! -name %,$(FONTS)) -delete
	$(BIN)/python -c '$(IMPORT_ALL)'
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(BIN)/pip check  # what pyproject.toml declares is there, at a version it allows
	touch $@

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
	$(INSTALL) uv==$(UV)
	$(COMPILE) requirements.txt -o requirements.lock
	$(COMPILE) --constraint requirements.lock requirements-dev.txt -o requirements-dev.lock
	$(MAKE) docs

hooks: setup-dev  ## check before every commit
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
