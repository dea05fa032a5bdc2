# The only door: CI calls nothing else, and nothing here is longer than a developer can type.
.DEFAULT_GOAL := help
CARGO ?= cargo
FUZZ_SECONDS ?= 30
NIGHTLY ?= nightly
export RUST_LIB_BACKTRACE = 0

.PHONY: help run generate check fmt clippy docs test test-protocol accept verify properties fuzz fuzz-smoke mutants conformance bench bench-gateway lint lint-deploy deny spec install-fuzz install-mutants

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

run: ## the server on http://127.0.0.1:9000 with nothing configured
	$(CARGO) run --release --quiet -- serve --demo

generate: ## src/contract from openapi.yaml, the flow diagram from spec/flow
	$(CARGO) run --quiet -p codegen
	UPDATE_DIAGRAM=1 $(CARGO) test --quiet -p protocol transitions

check: fmt clippy docs test ## what a commit must pass

fmt: ## formatting, checked
	$(CARGO) fmt --all --check

clippy: ## lints, as errors
	$(CARGO) clippy --workspace --all-targets --quiet -- -D warnings

docs: ## rustdoc, its warnings as errors
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --quiet

test: ## unit, property, snapshot, HTTP, contract, compatibility and tidy tests
	$(CARGO) test --workspace

test-protocol: ## the rules alone, in seconds
	$(CARGO) test --quiet -p protocol

accept: ## review changed snapshots
	$(CARGO) insta review

verify: properties fuzz-smoke mutants ## deep property tests, the three-node model, every fuzz target, mutants

properties: ## every property and model with 10,000 cases
	PROPTEST_CASES=10000 $(CARGO) test --profile verify -p protocol
	PROPTEST_CASES=10000 $(CARGO) test --profile verify --test suite -- seal:: journeys::model

fuzz: install-fuzz ## one target for a long time: make fuzz TARGET=token_request FUZZ_SECONDS=3600
	cd fuzz && mkdir -p target/found/$(TARGET) && $(CARGO) +$(NIGHTLY) fuzz run $(TARGET) \
	  target/found/$(TARGET) corpus/$(TARGET) -- -max_total_time=$(FUZZ_SECONDS) -timeout=10

fuzz-smoke: install-fuzz ## every fuzz target for FUZZ_SECONDS (default 30)
	for target in $$(cd fuzz && $(CARGO) +$(NIGHTLY) fuzz list); do \
	  $(MAKE) --no-print-directory fuzz TARGET=$$target || exit 1; done

mutants: install-mutants ## no mutant of the rules, the seal, the gateway, the validator or the built-in servers survives; hours
	$(CARGO) mutants --package protocol --output target/mutants-protocol
	$(CARGO) mutants --package sealbearer --file 'src/seal/**' --output target/mutants-seal \
	  -- --lib --test suite -- \
	  seal:: compatibility:: corpus:: resource:: config::forms catalogue::configuration http::forms http::reload http::federation
	$(CARGO) mutants --package sealbearer --file 'src/gateway/**' --file 'src/resource/**' --file 'src/mcp/**' \
	  --output target/mutants-gateway -- --lib --test suite -- \
	  gateway:: resource:: mcp:: corpus:: http::management http::resource http::views http::federation::lent config::gateway

conformance: ## the real binary against the official runner and real clients; STAGES="python swagger" for some of it
	$(CARGO) build --release --quiet
	CONFORMANCE_BINARY=$(CURDIR)/target/release/sealbearer $(CARGO) test --quiet --test conformance -- $(STAGES)
	SEALBEARER_REQUIRE_STORE=1 $(CARGO) test --quiet --test suite -- ledger

bench: ## benches of the seal and of each endpoint in process
	$(CARGO) bench --quiet --bench bench

bench-gateway: ## CPU time of the gateway per request and event, beside nginx with auth_request
	$(CARGO) bench --quiet --bench gateway

lint: ## openapi.yaml against the OpenAPI rules
	npx --yes @redocly/cli@2.37.0 lint --config .redocly.yaml openapi.yaml

lint-deploy: ## compose file, container file and manifests, as far as linters see without running them
	npx --yes dclint@3.1.0 deploy
	npx --yes dockerfilelint@1.8.0 deploy/Containerfile
	npx --yes dockerfile-utils@0.16.3 lint deploy/Containerfile
	test -d target/deploy-lint || python3 -m venv target/deploy-lint
	target/deploy-lint/bin/pip install --quiet kubernetes-validate==1.37.0
	target/deploy-lint/bin/kubernetes-validate --strict deploy/kubernetes/sealbearer.yaml

deny: ## advisories, licences and sources of dependencies
	$(CARGO) deny --config .deny.toml check

spec: ## requirements that nothing holds yet
	@grep -B4 -h 'status = "open"' spec/requirements/*.toml | grep -h '^id' || echo "none is open"

install-fuzz:
	@$(CARGO) fuzz --version >/dev/null 2>&1 || $(CARGO) install cargo-fuzz --locked --version 0.13.2
	@$(CARGO) +$(NIGHTLY) --version >/dev/null 2>&1 || rustup toolchain install $(NIGHTLY) --profile minimal

install-mutants:
	@$(CARGO) mutants --version >/dev/null 2>&1 || $(CARGO) install cargo-mutants --locked --version 27.1.0
