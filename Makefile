# Two commands do everything on a machine that has Python 3.11+ and make:
#   make report   environment, then all reports of the sample year
#   make test     environment, then tests, lint, types and the layer contract
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: report test test-all hostile kills families audit lab sample format clean

report: $(READY)
	$(BIN)/evalkit report

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 -m "not slow"
	$(BIN)/pytest --nbval-lax notebooks -p no:cacheprovider

test-all: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[lab,dev,cluster,scheduler]"
	$(BIN)/pytest -n 2

# Long trials of what must not happen; each prints how many it tried.
hostile: $(READY)
	EVALKIT_HOSTILE=10500 $(BIN)/pytest -s -q tests/hostile/test_inputs.py tests/hostile/test_planted.py tests/hostile/test_small_counts.py

kills: $(READY)
	EVALKIT_KILLS=500 $(BIN)/pytest -s -q tests/hostile/test_faults.py

families: $(READY)
	EVALKIT_FAMILIES=100 $(BIN)/pytest -s -q tests/hostile/test_families.py tests/hostile/test_released_tables.py

audit: $(READY)
	$(BIN)/python tests/hostile/audit_dependencies.py

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=notebooks

sample: $(READY)
	$(BIN)/evalkit sample data/sample

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新的版本，现在是 " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[lab,dev]"
	touch $(READY)

clean:
	rm -rf $(VENV) .evalkit .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find reports -mindepth 1 ! -name .gitkeep -delete
