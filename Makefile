# `make book` and `make test` set up all they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: book test check lint serve clean setup
setup: $(VENV)/.ready

$(VENV)/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	touch $@

book: setup
	$(BIN)/nianbao build --formats html,pdf,docx,epub

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/nianbao check

lint: setup
	$(BIN)/ruff check .

serve: setup
	$(BIN)/nianbao serve

clean:
	rm -rf _build
