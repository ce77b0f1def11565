# Every target sets up what it needs: each works as the first command after a clone.
VENV := .venv
BIN := $(VENV)/bin
USABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(USABLE)' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test lint format bench clean

run: $(VENV)/app
	$(BIN)/streamlit run app.py

test: $(VENV)/dev
	sh tests/browser/install.sh $(BIN)/python
	$(BIN)/python -m pytest $(ARGS)

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev
	sh tests/browser/install.sh $(BIN)/python
	$(BIN)/python benchmarks/accuracy.py
	$(BIN)/python benchmarks/speed.py

clean:
	rm -rf $(VENV)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "digitnet needs Python 3.11, 3.12 or 3.13 with its venv module" \
		"(Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/app: requirements.txt | $(VENV)/bin/python
	@echo "Installing what digitnet needs (a minute or two, once)"
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/dev: requirements-dev.txt requirements.txt | $(VENV)/bin/python
	@echo "Installing what digitnet and its tests need (a minute or two, once)"
	$(PIP) -r requirements-dev.txt
	touch $@ $(VENV)/app
