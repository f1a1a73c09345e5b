# make run    set up what is missing, build, and serve on http://127.0.0.1:8000 with the sample tests
# make test   set up what is missing, and run every test
# make build  the release binary, target/release/proctor, with the web application and the Python package inside
# make check  formatters, linters, types
# make dev    server and web application with reload
# make fidelity  whether runs report what plain pytest reports: the tests of well-known packages, and every trap on each
#             interpreter of this machine with pytest 7, 8 and 9 (downloads packages; half an hour)
# make cgroup2  limits of runs in a virtual machine with control groups of version 2 only (half an hour; CGROUP2=kills::
#             for other tests of processes, KVM=yes where that works)
# make soak   whether Proctor's own memory stays as it is over ten thousand runs (half an hour)
# make guide  every command of docs/memory-leaks.md, and whether it shows what the text says
# make bench  our figures beside those of bare pytest
# make bench-browser  what the pages cost in a real browser
# make bench-scale  claims, lists and logs with 1,000 environments and 100,000 queued runs, on both databases
# make faults  every fault of the table in docs/operations.md, many times, through real processes (hours; ROUNDS=5 for less,
#             AT_ONCE=3 for three rounds of a row at once)

SHELL := /bin/bash -euo pipefail
.DEFAULT_GOAL := build

PYTHON  ?= python3
VENV    := .venv
DEV     := .venv-dev
GUIDE   := .venv-guide
ROUNDS  ?= 25
AT_ONCE ?= 1
HISTORIES ?= 100000
BINARY  := target/release/proctor
WEB     := web/dist/index.html
RUN     := $(BINARY) serve --data data --tests samples --python $(VENV)/bin/python

.PHONY: run test build check dev fidelity guide cgroup2 soak bench bench-browser bench-scale faults clean test-rust test-python test-web test-browser
.PHONY: system-build system-test

# What users do

run: $(VENV)/.ready build
	@scripts/run $(BINARY) data samples $(VENV)/bin/python

build: system-build $(WEB)
	cargo build --release --locked

test: test-rust test-python test-web test-browser
	@echo "All tests passed."

check: $(DEV)/.ready web/node_modules/.ready
	cargo fmt --check
	cargo clippy --locked --all-targets --all-features -- -D warnings
	$(DEV)/bin/ruff check python bench samples/smoke
	$(DEV)/bin/ruff format --check python bench
	cd python && ../$(DEV)/bin/mypy
	cd web && npm run check

dev: $(VENV)/.ready system-build web/node_modules/.ready
	scripts/dev $(VENV)/bin/python

fidelity: $(DEV)/.ready
	$(DEV)/bin/python python/fidelity/fidelity.py

guide: $(GUIDE)/.ready build
	@scripts/need-debian gdb patch
	scripts/guide --binary $(BINARY) --tools $(GUIDE)

cgroup2: system-test $(VENV)/.ready $(WEB)
	scripts/cgroup2 $(CGROUP2)

soak: $(VENV)/.ready build
	$(VENV)/bin/python bench/soak.py --binary $(BINARY)

bench: $(VENV)/.ready build
	$(VENV)/bin/python bench/bench.py --binary $(BINARY)

bench-browser: system-test $(VENV)/.ready build
	cd web && PROCTOR_BIN=../$(BINARY) npm run --silent figures

bench-scale: system-test
	cargo bench --locked --bench scale $(if $(SCALE),-- $(SCALE))

faults: system-test $(VENV)/.ready $(WEB)
	@scripts/need-debian patroni etcd-server haproxy
	$(VENV)/bin/python bench/faults.py --rounds $(ROUNDS) --at-once $(AT_ONCE) --histories $(HISTORIES)

clean:
	rm -rf target web/dist/* web/node_modules $(VENV) $(DEV) $(GUIDE) data

# The parts of `make test`, cheapest mistakes first

test-rust: system-test $(VENV)/.ready $(DEV)/.ready $(WEB)
	cargo test --locked

test-python: $(DEV)/.ready
	cd python && ../$(DEV)/bin/python -m pytest -q -n 2 tests

test-web: web/node_modules/.ready
	cd web && npm run check && npm test

test-browser: system-test $(VENV)/.ready $(WEB)
	# The binary that the Rust tests use; `cargo build` would compile what they share once more.
	cargo test --locked --no-run
	cd web && PROCTOR_BIN=../target/debug/proctor npm run e2e

# What they need

$(VENV)/.ready: python/requirements.txt
	scripts/need-debian python3-venv
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

$(DEV)/.ready: python/requirements-dev.txt python/requirements.txt
	scripts/need-debian python3-venv
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

$(GUIDE)/.ready: samples/leaky_app/tools.txt
	scripts/need-debian python3-venv
	$(PYTHON) -m venv $(GUIDE)
	$(GUIDE)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

web/node_modules/.ready: web/package.json web/package-lock.json
	# Not `npm ci`: it refuses the lock file where a registry lacks the optional packages of other platforms.
	cd web && npm install --no-save --no-audit --no-fund
	touch $@

$(WEB): web/node_modules/.ready web/index.html web/vite.config.ts $(shell find web/src web/public web/scripts -type f 2>/dev/null)
	cd web && npm run build
	touch $@

system-build:
	@scripts/need-debian gcc

system-test:
	@scripts/need-debian postgresql chromium
