# Everything a person does with a checkout. Needs only Python >= 3.11 (with venv and pip) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock"

# pip finds the certificates of the system, a company's own among them; uv is told where they are
SYSTEM_CERTIFICATES := /etc/ssl/certs/ca-certificates.crt
ifneq ($(wildcard $(SYSTEM_CERTIFICATES)),)
export SSL_CERT_FILE ?= $(SYSTEM_CERTIFICATES)
endif

.PHONY: run test lint check format bench torture examples graphql matrix openapi lock clean

run: $(VENV)/.run  ## start Sunledger: the DTU of DTU_HOST, or a simulated one
	@$(BIN)/sunledger serve --or-simulate

test: $(VENV)/.check  ## run the tests, with every real server that is installed
	$(BIN)/python -m pytest $(TESTS)

lint: $(VENV)/.check  ## format, lint, strict types, import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test  ## everything that has to be good before a commit

format: $(VENV)/.check  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.check  ## print how fast it is, as ratios to what the machine can do
	$(BIN)/python -m benchmarks $(BENCHMARKS)

torture: $(VENV)/.check  ## the long fault campaign
	TORTURE_ROUNDS=$${TORTURE_ROUNDS:-100} $(BIN)/python -m pytest -m torture -s $(TESTS)

examples: $(VENV)/.check  ## write env.example and config.yaml.example from the model
	$(BIN)/python -m sunledger.app.examples

graphql: $(VENV)/.check  ## write docs/schema.graphql from the schema
	$(BIN)/python -m sunledger.api.graphql > docs/schema.graphql

matrix: $(VENV)/.check  ## write docs/authorization.md from the routes
	$(BIN)/python -m tests.api.matrix

openapi: $(VENV)/.check  ## write docs/openapi.json, the description of the API that v1 keeps to
	$(BIN)/python -m sunledger.api.description docs/openapi.json

lock: $(BIN)/uv  ## resolve the dependencies again, with hashes and without any registry's name
	$(COMPILE) --group pyproject.toml:setup -o requirements/setup.txt
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra postgres -o requirements/postgres.txt
	$(COMPILE) pyproject.toml --all-extras --group test --group check --group setup -o requirements/check.txt

clean:  ## forget the environment
	rm -rf $(VENV) build dist

$(BIN)/uv: requirements/setup.txt
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.run: $(BIN)/uv requirements/run.txt requirements/postgres.txt pyproject.toml
	@$(UV) --require-hashes -r requirements/run.txt
	@$(UV) --require-hashes -r requirements/postgres.txt \
		|| echo "No driver for PostgreSQL on this machine; everything else runs, on SQLite."
	@$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.check: $(BIN)/uv requirements/check.txt $(VENV)/.run
	@$(UV) --require-hashes -r requirements/check.txt
	@touch $@
