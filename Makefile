# mem0top: everything a person types. Each target installs what Debian lacks, or says the one command that does.

SWIFT ?= swift
PREFIX ?= $(HOME)/.local
COMMIT := $(shell git describe --always --dirty --abbrev=12 2>/dev/null)
BINARY := .build/release/mem0top
RELEASE := -c release --no-color-diagnostics --static-swift-stdlib -Xlinker -s --product mem0top
# The Swift runtime has 80 000 addresses that a relocatable program fixes at every start, and exports
# of a library that keep what nothing uses: without both it starts in half the time.
ifeq ($(shell uname), Linux)
RELEASE += -Xlinker -no-pie -Xlinker --no-export-dynamic -Xlinker --gc-sections
endif

.PHONY: run demo build test quick stress lint format install uninstall deb screenshots bench clean prerequisites

run: build  ## Watch ~/.claude (ARGS="--dir DIR" for another directory).
	$(BINARY) $(ARGS)

demo: build  ## See the incident on real files in a temporary directory.
	$(BINARY) demo $(ARGS)

build: export MEM0TOP_COMMIT = $(COMMIT)
build: prerequisites  ## The release binary: stripped, with the Swift runtime inside.
	$(SWIFT) build $(RELEASE)

test: prerequisites lint  ## Warnings as errors, lint, and every test: side by side, then those that run alone.
	$(SWIFT) build --build-tests
	.ci/tests all "$$($(SWIFT) build --show-bin-path)"

quick: export MEM0TOP_LIGHT = 1
quick:  ## Engine, worker and screen without the outside packages: a minute or two after an edit.
	$(SWIFT) build --build-tests --scratch-path .build-quick
	.ci/tests quick "$$($(SWIFT) build --show-bin-path --scratch-path .build-quick)"

stress: build  ## Nothing lost, no live lock removed: each harness in its long form (hours).
	$(SWIFT) build --build-tests
	MEM0TOP_BINARY=$(CURDIR)/$(BINARY) .ci/stress "$$($(SWIFT) build --show-bin-path)/mem0topPackageTests.xctest" --testing-library swift-testing --no-parallel

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

install: build  ## Binary, completions, manual and units below PREFIX, ~/.local by default.
	contrib/install $(BINARY) $(PREFIX)

uninstall:  ## Removes what install put there, and nothing else.
	contrib/install --remove $(PREFIX)

deb: build  ## A package for Debian: .build/mem0top_VERSION_ARCH.deb
	contrib/deb $(BINARY) .build

screenshots: build  ## Real ones: xterm under Xvfb.
	.ci/screenshots $(BINARY) .ci/scenes

bench: build  ## What it costs beside its peers, in one run: the ratios count (a few minutes).
	Benchmarks/bench.py $(BINARY)

clean:
	rm -rf .build

prerequisites:
	@.ci/prerequisites
