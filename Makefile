# Two commands do all the set-up: `make serve` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
MODELS ?= models

.PHONY: help serve train test faults lint bench fuzz bench-archive lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

serve: $(VENV)/installed-serve $(MODELS)/current ## install, train the default model if there is none, serve
	$(BIN)/watchword serve --models $(MODELS)

train: $(VENV)/installed-serve ## train the default model and use it from now on
	$(BIN)/watchword train --out $(MODELS) --promote

test: $(VENV)/installed-dev ## install and run every test
	$(BIN)/python -m pytest -n 2

faults: $(VENV)/installed-dev ## kill archive runs at a hundred random moments an engine
	WATCHWORD_KILLS=100 $(BIN)/python -m pytest tests/serve/archive/test_faults.py

lint: $(VENV)/installed-dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/installed-dev $(MODELS)/current ## measure speed beside the peers, in one run (prints tables)
	$(BIN)/python benchmarks/speed.py --models $(MODELS)
	$(BIN)/python benchmarks/service.py --models $(MODELS)
	$(BIN)/python benchmarks/limits.py --models $(MODELS)

fuzz: $(VENV)/installed-dev $(MODELS)/current ## compare the compiled scorer with the pipeline on 100,000 random texts
	$(BIN)/python -m tests.fuzz --models $(MODELS)

bench-archive: $(VENV)/installed-dev $(MODELS)/current ## measure rescoring beside a plain script (half an hour)
	$(BIN)/python benchmarks/archive.py --models $(MODELS)

lock: ## renew the hash-locked dependencies (needs uv)
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links \
	  --extra serve --extra train pyproject.toml requirements/build.in -o requirements/serve.txt
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links \
	  --extra serve --extra train --extra ray --extra dev pyproject.toml requirements/build.in -c requirements/serve.txt -o requirements/dev.txt

clean: ## remove the environment, keep models
	rm -rf $(VENV)

$(MODELS)/current: | $(VENV)/installed-serve
	$(BIN)/watchword train --out $(MODELS) --promote

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Watchword needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed-%: requirements/%.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m classifier.warm
	touch $@
