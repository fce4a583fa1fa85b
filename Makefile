# make demo | test | lint | notebooks | lab | docs: each works alone on a machine with python3.11, pip, make, git.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
UV     := $(shell command -v uv 2>/dev/null)

.PHONY: demo test coverage lint notebooks lab docs lock clean

demo: $(VENV)/.installed
	$(BIN)/lookalike demo -o out

# Two test processes with two threads each would wait for one another on two cores. Each begins with one half of
# the tests and takes over from the other, so that what a file prepares for its tests is prepared once.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

test: $(VENV)/.installed
	$(PYTEST)

coverage: $(VENV)/.installed
	$(PYTEST) --cov --cov-report=term:skip-covered

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Runs every notebook from clean and writes it back with what it shows.
notebooks: $(VENV)/.installed
	$(PYTEST) tests/test_notebooks.py --write-notebooks

lab: $(VENV)/.installed
	$(BIN)/jupyter lab notebooks

docs: $(VENV)/.installed
	OMP_NUM_THREADS=1 $(BIN)/python -m sphinx -W --keep-going -q docs build/docs

# The stamp is older than the lock or the project file only when something has to be installed again.
$(VENV)/.installed: requirements.lock pyproject.toml
	$(if $(UV),$(UV) venv -q --allow-existing --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV))
	$(if $(UV),VIRTUAL_ENV=$(VENV) $(UV) pip install -q,$(BIN)/python -m pip install -q --disable-pip-version-check) \
	    --require-hashes -r requirements.lock
	$(if $(UV),VIRTUAL_ENV=$(VENV) $(UV) pip install -q,$(BIN)/python -m pip install -q --disable-pip-version-check) \
	    --no-deps --no-build-isolation --no-index -e .
	touch $@

# Pins everything, the build backend included, with hashes for every platform and no line that names a host. The
# extra 'transformers' stays out: its torch would be larger than all the rest together. Extras are pinned as extras
# (coverage[toml]==…): to older pips a bare pin is not one, as soon as the package has a newer release.
LOCKED_EXTRAS := lab docs fingerprints benchmark dev
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    --no-strip-extras --no-emit-index-url --no-emit-find-links $(addprefix --extra=,$(LOCKED_EXTRAS)) \
	    pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) out build *.egg-info
