.DEFAULT_GOAL := help
.PHONY: help setup setup-spark demo check test test-long picture docs format lock clean

export MLFLOW_DISABLE_TELEMETRY := true
export UV_SYSTEM_CERTS := 1
unexport PYTHONDONTWRITEBYTECODE # else every process that a test starts compiles its imports anew

# The first of these that is Python 3.11 or later and can make a virtual environment.
PYTHON ?= $(firstword $(foreach p,python3.11 python3 python3.12 python3.13,$(shell \
	$(p) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(p))))
BIN := .venv/bin
STAMP := .venv/.stamp
PACKAGES := $(wildcard riskscreen models serving benchmarks tests)
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

help: ## what the targets do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## .venv as requirements.lock says, with this project in it

$(STAMP): requirements.lock pyproject.toml hatch_build.py
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later with its venv module was found: install it, or name one: make setup PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/# via/p' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r .venv/uv.txt
	$(BIN)/uv pip sync --quiet --no-config --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --no-config --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@# LightGBM's wheel takes OpenMP from the system.
	@$(BIN)/python -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' 2>/dev/null || bash .ci/packages libgomp1
	@touch $@

setup-spark: $(STAMP) ## adds pyspark to .venv (its tests need Java 17)
	$(BIN)/uv pip install --quiet --no-config --python $(BIN)/python --require-hashes -r requirements-spark.lock

demo: $(STAMP) ## from nothing to a page: a made-up city, its models, two nights; ARGS=--no-serve ends without serving
	$(BIN)/riskscreen demo $(ARGS)

check: $(STAMP) ## format, lint, types, layers, doctests, documentation
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy hatch_build.py docs/pictures/make.py $(PACKAGES)
	$(BIN)/python -m pytest -q -m "not long" --doctest-modules riskscreen serving tests/test_layers.py $(wildcard tests/test_docs.py)

test: $(STAMP) ## every test that is not long
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder -m "not long" $(ARGS)

test-long: $(STAMP) ## the long tests, and those that generate their cases with all of them
	$(BIN)/python -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder -m "long or hypothesis" --hypothesis-profile "all cases" $(ARGS)

picture: $(STAMP) ## photographs the list of a running service: make picture ARGS="ADDRESS ACCOUNT"
	$(BIN)/python docs/pictures/make.py $(ARGS)

format: $(STAMP) ## formats, and mends what ruff can mend
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

docs: $(STAMP) ## writes the reference pages of the feeds from their declarations
	$(BIN)/riskscreen feeds --markdown > docs/feeds.md
	$(BIN)/riskscreen feeds --markdown --language zh > docs/feeds.zh.md

lock: $(STAMP) ## resolves the lock files anew; newer versions with ARGS=--upgrade
	$(COMPILE) $(ARGS) --extra dev --extra notebooks --extra postgres -o requirements.lock pyproject.toml
	$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["spark"], sep="\n")' \
		| $(COMPILE) $(ARGS) --no-annotate --constraints requirements.lock -o requirements-spark.lock -

clean: ## removes .venv, build results and caches; var/ stays
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find riskscreen models serving benchmarks tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
