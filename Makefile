# All that this needs beforehand: make, and Python 3.11 or later with its venv module.
# GNU make 3.81 (macOS) is enough. To choose an interpreter: make setup PYTHON=/path/to/python3.12

UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin

# An active environment, and settings that would send the packages elsewhere, are not for this one.
unexport VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV PYTHONHOME PYTHONPATH
unexport UV_PROJECT_ENVIRONMENT UV_PYTHON UV_PROJECT UV_WORKING_DIR
export PIP_USER := 0
export UV_PYTHON_DOWNLOADS := never

# `python3` first; a candidate counts when it runs, is new enough and can make environments. (A name
# on PATH may be a launcher for a version that is not there.) `_base_executable` looks through an
# active environment to the interpreter that it was made with.
CANDIDATES := $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11 python3.14 python)
PROBE := import sys; assert sys.version_info >= (3, 11); print(getattr(sys, "_base_executable", sys.executable))

.PHONY: help setup run test check
.NOTPARALLEL:

help:
	@echo 'make run     set up what is missing, then start Sereno in this terminal'
	@echo 'make test    set up what is missing, then run the tests'
	@echo 'make check   formatting, lint, types, import contracts'
	@echo 'make setup   set up $(VENV) only (nothing to do when it is up to date)'

run: setup
	@$(BIN)/sereno

# Those that kill and flood have the machine for themselves; most others wait for a platform's pace.
test: setup
	@$(BIN)/pytest tests/chaos
	@$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/chaos

check: setup
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# An environment is made anew when it is half-made, broken, or was moved (it knows its own path). The stamp
# holds contents, not times: where they are the same nothing is done, and no network is needed.
# The second try is for networks that have a certificate of their own, which only the system knows.
# Everything is said on standard error, so that `make -s run` can stand in a pipe.
STAMP := $(VENV)/.synced
UNFINISHED := $(VENV)/.unfinished
STATE := cksum pyproject.toml uv.lock

setup:
	@set -e; exec >&2; \
	if [ ! -f $(UNFINISHED) ] && $(BIN)/python -c '' 2>/dev/null \
	    && grep -qsF "$$(pwd -P)/$(BIN)/python" $(BIN)/pip \
	    && $(BIN)/uv --version 2>/dev/null | grep -qE '^uv $(UV_VERSION)( |$$)'; then \
	    if [ -f $(STAMP) ] && [ "$$($(STATE))" = "$$(cat $(STAMP))" ]; then exit 0; fi; \
	    echo 'Bringing $(VENV) up to date'; \
	else \
	    python=; bare=; \
	    for candidate in $(CANDIDATES); do \
	        found=$$("$$candidate" -c '$(PROBE)' 2>/dev/null) || continue; \
	        if "$$found" -c 'import venv, ensurepip' 2>/dev/null; then python=$$found; break; fi; \
	        bare=$$found; \
	    done; \
	    if [ -n "$$python" ]; then :; \
	    elif [ -n "$$bare" ]; then \
	        echo "$$bare cannot make virtual environments. Add what is missing (Debian, Ubuntu: apt install python3-venv) and run make again."; \
	        exit 1; \
	    else \
	        echo 'Sereno needs Python 3.11 or later; found none as $(CANDIDATES). Install it, or say where it is: make setup PYTHON=/path/to/python3.11'; \
	        exit 1; \
	    fi; \
	    echo "Setting up $(VENV) with $$python (once; needs the network)"; \
	    rm -rf $(VENV); mkdir $(VENV); : > $(UNFINISHED); \
	    "$$python" -m venv $(VENV); \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); \
	fi; \
	: > $(UNFINISHED); \
	$(BIN)/uv sync --frozen --quiet 2>/dev/null \
	    || $(BIN)/uv sync --frozen --quiet --system-certs \
	    || { rm -f $(UNFINISHED); exit 1; }; \
	$(STATE) > $(STAMP); \
	rm -f $(UNFINISHED)
