# The menu. CI runs the same targets.

SWIFT ?= swift
STRICT = --explicit-target-dependency-import-check error
# How long `make prove` goes on.
SEEDS = 20000
STATES = 1000
CYCLES = 200
CLIENTS = 2000
RELEASE = -c release --static-swift-stdlib $(STRICT)

.PHONY: help run build test check lint smoke transcript bench-store prove prove-short provers \
	mutants mutants-short fuzz fuzz-short tsan asan clean dependencies

help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## install what is missing, build, and start the server
	@exec .build/release/chatserv $(ARGS)

build: dependencies ## the release programs, in .build/release
	$(SWIFT) build $(RELEASE) --product chatserv
	$(SWIFT) build $(RELEASE) --product chat

test: dependencies ## install what is missing, build, and pass every test
	$(SWIFT) build --build-tests $(STRICT)
	$(SWIFT) test --skip-build

check: lint test smoke ## what has to hold before anything is shared

lint: ## the format of every file
	$(SWIFT) format lint --strict -r -p Package.swift Sources Tests

smoke: build ## the built server starts, says hello, keeps a message, and stops
	.ci/smoke .build/release/chatserv .build/release/chat

transcript: build ## the README's sessions, typed into a real telnet
	@.ci/dependencies --tests
	.ci/readme-transcript .build/release/chatserv

bench-store: dependencies ## the store's speed, against its targets
	$(SWIFT) build $(RELEASE) --product storebench
	.build/release/storebench $(ARGS)

dependencies:
	@.ci/dependencies

prove: provers ## the promise, under power cuts, kill -9, failing calls and 20,000 simulated worlds
	.build/release/simulate --seeds '0..<$(SEEDS)'
	.build/release/prove all --states $(STATES) --cycles $(CYCLES) --clients $(CLIENTS)

prove-short: provers ## a little of it, in a few minutes
	.build/release/simulate --seeds '0..<200'
	.build/release/prove short

provers: dependencies
	$(SWIFT) build $(RELEASE) --product chatserv
	$(SWIFT) build $(RELEASE) --product prove
	$(SWIFT) build $(RELEASE) --product simulate

mutants: dependencies ## plant bugs, one at a time: whoever should see each has to
	Tests/Mutants/run.py $(ARGS)

mutants-short: dependencies ## a few that are seen soon, planted in this tree and taken out again
	Tests/Mutants/run.py --here --quick

fuzz: dependencies ## whatever reads bytes gets all kinds of them, FUZZ_SECONDS (30) for each target
	SWIFT='$(SWIFT)' Tests/Fuzzing/run $(ARGS)

fuzz-short: dependencies ## the first 5,000 of them, the same every time
	SWIFT='$(SWIFT)' FUZZ_RUNS=5000 Tests/Fuzzing/run

tsan: dependencies ## every test under the thread sanitizer
	SWIFT='$(SWIFT)' .ci/sanitize thread $(ARGS)

asan: dependencies ## every test under the address sanitizer, which finds leaks as well
	SWIFT='$(SWIFT)' .ci/sanitize address $(ARGS)

clean: ## forget everything that was built
	rm -rf .build .build-fuzz .build-thread .build-address
