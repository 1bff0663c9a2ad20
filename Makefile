# make run      build everything, start widget, demo portal and simulator; Ctrl-C stops them
# make test     everything that checks the project, browsers included
# make proof    the part of make test that proves the promise about money, with its numbers
# make check    formatting, vet for both platforms, staticcheck
# make build    bin/paypane and bin/athenasim
# make bytes    what the pages and the program weigh, as a table
# make throughput  payments a second on both databases, and through a bare proxy
# make fuzz     each fuzz target for half a minute
# make mutation the fence, the classification and the reconciler, a line broken at a time (bff/mutation.md)
# make picture  the picture in the README, taken anew

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.1
GREMLINS    := github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
GOROOT      := $(shell $(GO) env GOROOT)
GOFILES     := $(shell find web wasm static bff -name '*.go' -not -path '*/node_modules/*') $(wildcard *.go) go.mod go.sum
PROGRAM     := $(shell find web wasm -name '*.go' -not -name '*_test.go' -not -path '*/node_modules/*') go.mod go.sum
ASSETS      := $(wildcard static/*.css static/*.js static/*.svg bff/demo/portal/assets/* bff/ledger/migrations/*/*)
BROWSER     := GOOS=js GOARCH=wasm

export CGO_ENABLED = 0

.PHONY: run test proof check build bytes throughput fuzz mutation picture tools
.DELETE_ON_ERROR:

run: build bin/demo
	@exec bin/demo

build: bin/paypane bin/athenasim

test: tools build wasm/node_modules/.package-lock.json
	$(GO) test -timeout 20m -parallel 4 $$($(GO) list ./... | grep -v /bff/proof$$)
	@$(MAKE) --no-print-directory proof
	$(BROWSER) $(GO) test -exec $(GOROOT)/lib/wasm/go_js_wasm_exec ./web/payment
	CGO_ENABLED=1 $(GO) test -race -short -timeout 20m $$($(GO) list ./bff/... ./static/... ./web/... | grep -v /bff/proof$$)
	CGO_ENABLED=1 $(GO) test -race -short -timeout 20m -run Simulation ./bff/proof

# A million scenarios take most of it. The log of everything is bin/proof.log.
proof: tools
	@mkdir -p bin
	@$(GO) test -v -timeout 40m ./bff/proof >bin/proof.log 2>&1 || { grep -vE '^ *(=== |--- PASS)' bin/proof.log | tail -n 200; exit 1; }
	@grep -E 'scenarios,|a second on each|  [a-z].*$$|kills [0-9]|^(--- PASS|ok)' bin/proof.log | grep -vE '=== |kill_marks'
	@echo "killed at $$(grep -c 'PASS: TestKillAtEveryMark/' bin/proof.log) marks"
	@$(GO) test -v -run CutAnywhere ./bff/athena | grep -E 'cuts|^(ok|FAIL|---)'

check:
	@unformatted=$$(gofmt -l *.go web wasm static bff | grep -v node_modules); \
	if [ -n "$$unformatted" ]; then echo "gofmt these: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(BROWSER) $(GO) vet ./web/... ./wasm
	$(GO) run $(STATICCHECK) ./...
	$(GO) mod verify

bytes: static/dist/app.wasm.br
	$(GO) test ./wasm -run '^TestBytes$$' -count=1 -v

throughput: tools
	$(GO) test ./bff/proof -run '^TestThroughput$$' -count=1 -v -payments 1000

fuzz:
	@for target in web/payment:FuzzParseAmount web/payment:FuzzReadAmount web/payment:FuzzReadCard web:FuzzStructure \
	  $$(grep -rho 'func Fuzz[A-Za-z]*' bff --include=*_test.go | cut -c6- | while read -r f; do \
	     echo "$$(dirname $$(grep -rl "func $$f(" bff --include=*_test.go | head -1)):$$f"; done); do \
	  $(GO) test ./$${target%%:*} -run '^$$' -fuzz "^$${target##*:}$$" -fuzztime 30s || exit 1; done

# Every mutant is a build of its own, so what tests do not need is left out of
# it: vet, and what debuggers read.
MUTATE := GOFLAGS='-vet=off -ldflags=-w' $(GO) run $(GREMLINS) unleash --tags mutation --timeout-coefficient 6 --threshold-efficacy 90 \
  --invert-logical --invert-loopctrl --invert-assignments --remove-self-assignments
OF_LEDGER := attempts|chain|consent|decide|entries|events|live|looks|mail|record|recover|restore|settle|standing
OF_ATHENA := assumed|body|collectpayment|departure|outcome|receipts|write
# others PACKAGE,FILES are all files of a package but those, as an expression.
others = ^[a-z]+/|^($(shell ls $(1) | sed -n '/_test/d;s/\.go$$//p' | grep -vxE '$(2)' | paste -sd'|'))\.go$$

mutation:
	$(MUTATE) ./bff/reconcile
	$(MUTATE) -E '$(call others,bff/ledger,$(OF_LEDGER))' ./bff/ledger
	$(MUTATE) -E '$(call others,bff/athena,$(OF_ATHENA))' ./bff/athena

picture: build
	$(GO) test ./wasm -run '^TestPicture$$' -count=1 -picture testdata/paying.png

static/dist/wasm_exec.js: $(GOROOT)/lib/wasm/wasm_exec.js
	cp $< $@

static/dist/app.wasm.br: $(PROGRAM) static/pack/main.go static/embed.go static/dist/wasm_exec.js
	$(BROWSER) $(GO) build -trimpath -ldflags='-s -w' -o static/dist/app.wasm ./wasm
	$(GO) run ./static/pack static/dist/app.wasm

bin/paypane: $(GOFILES) $(ASSETS) static/dist/app.wasm.br
	$(GO) build -trimpath -ldflags='-s -w' -o $@ .

bin/athenasim: $(GOFILES)
	$(GO) build -trimpath -o $@ ./bff/athena/athenasim

bin/demo: $(GOFILES) $(ASSETS)
	$(GO) build -trimpath -o $@ ./bff/demo

# What the tests need besides Go: a browser, Node for the shared core under
# WebAssembly and for axe-core, a C compiler for the race detector, PostgreSQL,
# and poppler, which reads the PDFs of receipts.
# Debian's postgresql would make and start a server of its own at install; the
# tests start theirs, so it is told not to.
tools:
	@missing=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium fonts-dejavu-core"; \
	command -v node >/dev/null || missing="$$missing nodejs"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v pdftotext >/dev/null && command -v pdfinfo >/dev/null || missing="$$missing poppler-utils"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing:$$missing"; \
	  case "$$missing" in *postgresql*) \
	    mkdir -p /etc/postgresql-common/createcluster.d && \
	    echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/paypane.conf || exit 1;; \
	  esac; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else \
	  echo "make test needs what is not installed:$$missing"; \
	  echo "on Debian or Ubuntu: sudo apt-get install$$missing"; exit 1; \
	fi

wasm/node_modules/.package-lock.json: wasm/package-lock.json
	npm ci --prefix wasm --no-audit --no-fund
	@touch $@
