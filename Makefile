# Every target sets up what it needs: each works as the first command after a clone.
VENV := .venv
BIN := $(VENV)/bin
USABLE := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(USABLE)' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
AUDIT := .venv-audit
PEERS := .venv-peers
RAPIDOCR := rapidocr==3.10.0 onnxruntime~=1.31 'opencv-python-headless>=4.12,<6' # its models are in the wheel

# Containers often set it; each of the many processes of the tests and the app would then compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check quick-test lint format bench clean

run: $(VENV)/app
	$(BIN)/streamlit run app.py

# For the phones and computers in the local network.
.PHONY: run-lan
run-lan: $(VENV)/app
	$(BIN)/python -m digitnet app --lan $(ARGS)

define INSTALL_SERVERS
sh tests/browser/install.sh $(BIN)/python
sh tests/install_server.sh $(BIN)/python tests.postgres.server postgresql "-k 'not postgresql'"
sh tests/install_server.sh $(BIN)/python tests.nginx.proxy nginx-light "--ignore tests/nginx --ignore tests/browser"
endef

test: $(VENV)/dev
	$(INSTALL_SERVERS)
	$(BIN)/python -m pytest --numprocesses 4 --dist loadscope --no-loadscope-reorder $(ARGS)

# All tests; fails if they take fewer than 90 of 100 branches of the package digitnet, its processes included.
.PHONY: coverage
coverage: $(VENV)/dev
	$(INSTALL_SERVERS)
	$(BIN)/python -m pytest --numprocesses 4 --dist loadscope --no-loadscope-reorder --cov --cov-report= $(ARGS)
	$(BIN)/python -m coverage json --quiet -o .coverage.json
	$(BIN)/python tests/branch_coverage.py .coverage.json

# Lint and the quick tests, side by side.
check: $(VENV)/dev
	@$(MAKE) --no-print-directory --jobs 2 lint quick-test

# The tests without Chromium, nginx, PostgreSQL, Ray and trainings, without servers and most runs of pages, and with
# fewer examples. Modules are ignored where imports alone take long.
quick-test: $(VENV)/dev
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal --hypothesis-profile quick \
		--ignore tests/browser --ignore tests/nginx --ignore tests/training --ignore tests/lan/test_serving.py \
		--ignore tests/server/test_openapi.py --ignore tests/server/test_mcp_tool.py \
		--ignore tests/archive/test_stores.py \
		-m "not slow and not postgresql and not training and not ray" $(ARGS)

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

# Looks up known vulnerabilities of all that the requirements brought into the environment. A package that cannot be
# looked up, and data that cannot be reached, are failures.
.PHONY: audit
audit: $(VENV)/dev
	@test -x $(AUDIT)/bin/pip-audit || { $(BIN)/python -m venv $(AUDIT) \
		&& $(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit~=2.10'; }
	$(AUDIT)/bin/pip-audit --strict --progress-spinner off \
		--path "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"

# Other readers on the same pictures: make bench-peers ARGS="DIR ... --strokes FILE --nondigits FILE --count 100"
.PHONY: bench-peers clean-peers
bench-peers: $(VENV)/app
	@command -v tesseract >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends tesseract-ocr >/dev/null; } \
		|| echo "Tesseract could not be installed."
	@$(PEERS)/bin/python -c "import rapidocr" 2>/dev/null || { $(BIN)/python -m venv $(PEERS) \
		&& $(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check $(RAPIDOCR); } \
		|| echo "RapidOCR could not be installed."
	$(BIN)/python benchmarks/accuracy.py --peer all $(ARGS)

clean: clean-peers
clean-peers:
	rm -rf $(PEERS)

clean:
	rm -rf $(VENV) $(AUDIT)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "digitnet needs Python 3.11, 3.12 or 3.13 with its venv module" \
		"(Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/app: requirements.txt | $(VENV)/bin/python
	@echo "Installing what digitnet needs (a minute or two, once)"
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/dev: requirements-dev.txt requirements-cluster.txt requirements.txt | $(VENV)/bin/python
	@echo "Installing what digitnet and its tests need (a minute or two, once)"
	$(PIP) -r requirements-dev.txt
	touch $@ $(VENV)/app
