# Everything a person does with a checkout. Needs only Python >= 3.11 (with venv and pip) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock"

# npm, with the Node that builds the dashboard and with what the dashboard's tests need
NPM := $(BIN)/python dashboard_build.py npm
SCREENS := $(if $(wildcard /usr/bin/chromium)$(filter 1,$(STRICT)),screens,no-screens)

# pip finds the certificates of the system, a company's own among them; uv is told where they are
SYSTEM_CERTIFICATES := /etc/ssl/certs/ca-certificates.crt
ifneq ($(wildcard $(SYSTEM_CERTIFICATES)),)
export SSL_CERT_FILE ?= $(SYSTEM_CERTIFICATES)
endif

.PHONY: run test test-python test-web lint check format bench torture web web-test screens no-screens pictures examples \
	graphql matrix openapi lock clean

run: $(VENV)/.run  ## start Sunledger: the DTU of DTU_HOST, or a simulated one
	@$(BIN)/sunledger serve --or-simulate

test: $(VENV)/.check  ## run the tests, with every real server that is installed; TESTS= chooses some of Python
	@$(MAKE) --no-print-directory $(if $(TESTS),test-python,-j2 test-python test-web)

# The tests wait more than they count. A file stays whole for what its tests share, and the longest begin early.
test-python: $(VENV)/.check
	$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder $(TESTS)

test-web: $(VENV)/.check  # said at once at the end: the tests of Python are talking
	@said=$$($(MAKE) --no-print-directory web-test $(SCREENS) 2>&1); failed=$$?; echo "$$said"; exit $$failed

lint: $(VENV)/.check  ## format, lint, strict types, import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(NPM) run lint

check: lint test  ## everything that has to be good before a commit

format: $(VENV)/.check  ## put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NPM) run format

bench: $(VENV)/.check  ## print how fast it is, as ratios to what the machine can do
	$(BIN)/python -m benchmarks $(BENCHMARKS)

torture: $(VENV)/.check  ## the long fault campaign
	TORTURE_ROUNDS=$${TORTURE_ROUNDS:-100} $(BIN)/python -m pytest -m torture -s $(TESTS)

web: $(BIN)/uv  ## build the dashboard, unless it was built of these very sources
	@$(BIN)/python dashboard_build.py

web-test: $(VENV)/.check  ## the tests of the dashboard's parts
	$(NPM) test

screens: $(VENV)/.check  ## look at every screen in Chromium
	$(NPM) run screens

pictures: $(VENV)/.check  ## make the pictures in docs/, of a plant with a year behind it
	PICTURES=1 $(NPM) run screens -- screens.spec.ts

no-screens:
	@echo "SKIPPED [screens] chromium is not installed (Debian package chromium)"

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
	$(COMPILE) --group pyproject.toml:node -o requirements/node.txt
	$(COMPILE) pyproject.toml -o requirements/run.txt
	$(COMPILE) pyproject.toml --extra postgres -o requirements/postgres.txt
	$(COMPILE) pyproject.toml --all-extras --group test --group check --group setup -o requirements/check.txt

clean:  ## forget the environment, and what was built
	rm -rf $(VENV) build dist web/node_modules src/sunledger/api/dashboard

$(BIN)/uv: requirements/setup.txt
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.run: $(BIN)/uv requirements/run.txt requirements/postgres.txt pyproject.toml | web
	@$(UV) --require-hashes -r requirements/run.txt
	@$(UV) --require-hashes -r requirements/postgres.txt \
		|| echo "No driver for PostgreSQL on this machine; everything else runs, on SQLite."
	@$(UV) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.check: $(BIN)/uv requirements/check.txt $(VENV)/.run
	@$(UV) --require-hashes -r requirements/check.txt
	@touch $@
