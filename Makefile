# make run         build everything, start widget, demo portal and simulator; Ctrl-C stops them; PORT=9080 for other ports
# make build       bin/paypane and bin/athenasim
# make quick       under a minute, with nothing but Go: what to run while you work
# make test        what the README promises, on both databases and in three browsers
# make deep        the rest: 250,000 scenarios, kills, cuts at every byte, the race detector, fuzzing, more browser tests
# make check       formatting, vet for both platforms, the linters of .golangci.yml
# make proof       the same proof of the promise about money, with a million scenarios, and its numbers
# make fuzz        each fuzz target for half a minute; FUZZTIME=5m for longer
# make race        the tests under the race detector, a part of make deep
# make card-testing five strategies of a thief beside 10,000 honest people, as a table
# make throughput  payments a second on both databases, and through a bare proxy
# make desk-times how long the server takes for the pages of the desk, beside a million payments, on both databases
# make mutation    the write-ahead record, the classification and the reconciler, a line broken at a time (bff/mutation.md)
# make bytes       what the pages and the two programs weigh, as a table
# make weigh       how long a warm visit takes until one can type, beside a page written by hand
# make picture     the picture in the README, taken anew
# make tools       install what make test needs besides Go, or say what is missing

GO          ?= go
LINT        := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GREMLINS    := github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
GOROOT      := $(shell $(GO) env GOROOT)
GOFILES     := $(shell find web wasm static bff -name '*.go' -not -path '*/node_modules/*') $(wildcard *.go) go.mod go.sum
PROGRAM     := $(shell find web wasm -name '*.go' -not -name '*_test.go' -not -path '*/node_modules/*') go.mod go.sum
ASSETS      := $(wildcard static/*.css static/*.js static/*.svg bff/demo/portal/assets/* bff/ledger/migrations/*/*)
BROWSER     := GOOS=js GOARCH=wasm
LEAN        := bin/lean
COMMA       := ,
NOTO        := bff/receipt/fonts
SCRIPTS     := arabic:arabic devanagari:devanagari hebrew:hebrew thai:thai sc:[0-9]* jp:[0-9]* kr:[0-9]*
# The demo and the quick tests do without the fonts' download, and have them where they are.
FONTS       := $(if $(filter run quick,$(MAKECMDGOALS)),,$(shell command -v npm >/dev/null 2>&1 && echo $(NOTO)/dist/LICENSE))

export CGO_ENABLED = 0

# Programs have no path of this machine in them, and tests neither: what a build has
# compiled, make quick does not compile again.
export GOFLAGS := -trimpath $(GOFLAGS)

.PHONY: help run build quick test deep race check proof fuzz card-testing throughput desk-times mutation bytes weigh picture tools
.DELETE_ON_ERROR:

# The widget has this port, the portal, the simulator and the sign-in of staff the three after it.
PORT ?= 8080

run: build bin/demo
	@exec bin/demo -port $(PORT)

build: bin/paypane bin/athenasim

help:
	@sed -n 's/^# make /make /p' Makefile

# Compilers and tests come and go with their memory: to collect it less often saves a
# fifth of the processor's time.
quick test: export GOGC := 300

# Which test belongs to which of the three it says itself (tier/tier.go).
quick: build
	$(GO) test -short -vet=off ./...

# What vet says, make check says. Most browser tests wait for the browser most of the time: more of them than
# there are processors take turns.
test: tools $(NOTO)/dist/LICENSE build wasm/node_modules/.package-lock.json
	$(GO) test -timeout 20m -parallel 4 -vet=off ./...
	$(BROWSER) $(GO) test -tags everyword -exec $(GOROOT)/lib/wasm/go_js_wasm_exec ./web/payment
	@echo "make deep runs what was left out here; go test -v says of each such test how to run it alone"

# The browser tests that do here what make test leaves out: those that say so, and
# the walks, which go here without script.
DEEPER = $$(awk '/^func Test/{t=$$2} /tier\.Deep|[^a-z]walks\(t/{print t}' wasm/*_test.go | sed 's/(.*//' | sort -u | paste -sd'|')

deep: tools $(NOTO)/dist/LICENSE build wasm/node_modules/.package-lock.json
	@$(MAKE) --no-print-directory proof SCENARIOS=250000
	PAYPANE_DEEP=1 $(GO) test -timeout 40m -parallel 4 . -run "NoCard"
	PAYPANE_DEEP=1 $(GO) test -timeout 40m -parallel 4 ./wasm -run "$(DEEPER)"
	@$(MAKE) --no-print-directory race
	@$(MAKE) --no-print-directory fuzz FUZZTIME=100x

# The detector makes everything several times slower, so it watches the quick tier,
# and our code, not SQLite's, in which most of that time would go.
RACE := -race -gcflags=modernc.org/...=-race=false -short -timeout 30m

race: tools
	CGO_ENABLED=1 $(GO) test $(RACE) $$($(GO) list ./bff/... ./static/... ./web/... | grep -v /bff/proof$$)
	CGO_ENABLED=1 $(GO) test $(RACE) -run Simulation ./bff/proof

# A million scenarios take some 40 minutes of two processors, which is too long to
# wait for with each change: make deep plays the first quarter of them. The log of
# everything is bin/proof.log.
SCENARIOS ?= 1000000

proof: tools
	@mkdir -p bin
	@PAYPANE_DEEP=1 $(GO) test -v -timeout 3h ./bff/proof -scenarios $(SCENARIOS) >bin/proof.log 2>&1 || { grep -vE '^ *(=== |--- PASS)' bin/proof.log | tail -n 200; exit 1; }
	@grep -E 'scenarios,|a second on each|  [a-z].*$$|kills [0-9]|^(--- PASS|ok)' bin/proof.log | grep -vE '=== |kill_marks'
	@echo "killed at $$(grep -c 'PASS: TestKillAtEveryMark/' bin/proof.log) marks"
	@PAYPANE_DEEP=1 $(GO) test -v -run CutAnywhere ./bff/athena | grep -E 'cuts|^(ok|FAIL|---)'

check: $(LEAN)/go.mod
	@unformatted=$$(gofmt -l *.go web wasm static bff | grep -v node_modules); \
	if [ -n "$$unformatted" ]; then echo "gofmt these: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(BROWSER) $(GO) vet -modfile=$(LEAN)/go.mod ./web/... ./wasm
	$(BROWSER) $(GO) vet -modfile=$(LEAN)/go.mod -tags desk,everyword ./web/... ./wasm
	$(GO) run $(LINT) run
	$(GO) mod verify

bytes: static/dist/app.wasm.br static/dist/desk.wasm.br
	$(GO) test ./wasm -run '^TestBytes$$' -count=1 -v

# How many visits its medians are of.
VISITS ?= 15

weigh: build
	$(GO) test ./wasm -run '^TestWeigh$$' -count=1 -v -weigh $(VISITS) | grep -vE '^(=== |--- |PASS)'

# How many worlds of each strategy are played; each takes a minute or so.
WORLDS ?= 1

card-testing:
	@mkdir -p bin
	@echo "| strategy | cards | sent | authorised | of 1,000 | honest people who paid | had to wait | longest | could not pay |"
	@echo "|---|---|---|---|---|---|---|---|---|"
	@$(GO) test ./bff/velocity -run '^TestCardTesting$$' -count=1 -v -timeout 2h -people 10000 -worlds $(WORLDS) >bin/card-testing.log 2>&1 || { cat bin/card-testing.log; exit 1; }
	@sed -n 's/^.*_test.go:[0-9]*: |/|/p' bin/card-testing.log

throughput: tools
	$(GO) test ./bff/proof -run '^TestThroughput$$' -count=1 -v -payments 1000

# The ledger is filled first, which takes some minutes and four gigabytes.
ATTEMPTS ?= 1000000

desk-times: tools
	$(GO) test ./bff -run '^TestDeskTimes$$' -count=1 -v -timeout 1h -attempts $(ATTEMPTS)

FUZZTIME ?= 30s

fuzz:
	@grep -rHo 'func Fuzz[A-Za-z]*' bff web --include=*_test.go | sed 's#/[^/]*:func # #' | while read -r folder target; do \
	  $(GO) test ./$$folder -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) </dev/null || exit 1; done

# Every mutant is a build of its own, so what tests do not need is left out of
# it: vet, and what debuggers read.
MUTATE := GOFLAGS='-trimpath -vet=off -ldflags=-w' $(GO) run $(GREMLINS) unleash --tags mutation --timeout-coefficient 6 --threshold-efficacy 90 \
  --invert-logical --invert-loopctrl --invert-assignments --remove-self-assignments
OF_LEDGER := attempts|chain|checks|claim|consent|decide|entries|events|mail|pending|record|recover|restore|row|settle|standing|wishes
OF_ATHENA := assumed|body|collectpayment|senddeadline|outcome|receipts|write
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

# The programs are built from a copy of go-app without its server's half: static/lean
# has the reasons. Everything else uses the module as it is.
$(LEAN)/go.mod: go.mod go.sum $(wildcard static/lean/*.go static/lean/standin/*)
	@mkdir -p $(LEAN)
	$(GO) run ./static/lean $(LEAN)

# Without inlining (-l) the programs weigh 7 % less: what is inlined stands in them
# many times, and a form waits for people, not for calls.
PROGRAM_OF = $(BROWSER) $(GO) build -modfile=$(LEAN)/go.mod $(1) -gcflags=all=-l -ldflags='-s -w' -o $(2) ./wasm

static/dist/app.wasm.br: $(PROGRAM) static/pack/main.go static/embed.go static/dist/wasm_exec.js $(LEAN)/go.mod
	$(call PROGRAM_OF,,static/dist/app.wasm)
	$(GO) run ./static/pack static/dist/app.wasm

# The desk's program is the same with the pages and the words of staff, for staff
# alone.
static/dist/desk.wasm.br: static/dist/app.wasm.br
	$(call PROGRAM_OF,-tags desk$(COMMA)everyword,static/dist/desk.wasm)
	$(GO) run ./static/pack static/dist/desk.wasm

# The fonts of names that Liberation Sans has no letters for come from npm. Where
# npm is missing, or cannot reach its registry, the program is built without
# them, and says in a receipt that the HTML file shows such a name.
$(NOTO)/dist/LICENSE: $(NOTO)/package-lock.json
	@if npm ci --prefix $(NOTO) --ignore-scripts --no-audit --no-fund --fetch-retries=1 --loglevel=silent >/dev/null; then \
	  rm -f $(NOTO)/dist/*; \
	  for each in $(SCRIPTS); do \
	    from=$(NOTO)/node_modules/@fontsource/noto-sans-$${each%%:*}; \
	    cp $$from/files/noto-sans-$${each%%:*}-$${each##*:}-400-normal.woff $(NOTO)/dist/ && \
	    cp $$from/unicode.json $(NOTO)/dist/$${each%%:*}.json || exit 1; \
	  done; \
	  cp $(NOTO)/node_modules/@fontsource/noto-sans-sc/LICENSE $@ && rm -rf $(NOTO)/node_modules; \
	fi

bin/paypane: $(GOFILES) $(ASSETS) $(FONTS) static/dist/app.wasm.br static/dist/desk.wasm.br
	@ls $(NOTO)/dist/*.woff >/dev/null 2>&1 || echo "built without $(NOTO), which make build fetches where npm and its registry are: PDF receipts lack Chinese, Japanese, Korean, Arabic, Hindi and Thai letters, and say so"
	$(GO) build -ldflags='-s -w' -o $@ .

bin/athenasim: $(GOFILES)
	$(GO) build -o $@ ./bff/athena/athenasim

bin/demo: $(GOFILES) $(ASSETS)
	$(GO) build -o $@ ./bff/demo

# What the tests need besides Go: three browsers and a screen for the one that
# needs it, Node for the shared core under WebAssembly and for axe-core, a C compiler for the race detector, PostgreSQL,
# and poppler, which reads the PDFs of receipts. Debian has the Chromium without
# windows that spares make test a third of the browser's work; make test does
# without it elsewhere.
# Debian's postgresql would make and start a server of its own at install; the
# tests start theirs, so it is told not to.
tools:
	@missing=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$$missing chromium fonts-dejavu-core"; \
	[ "$$(id -u)" != 0 ] || ! grep -qs '^ID=debian' /etc/os-release || command -v chromium-headless-shell >/dev/null || missing="$$missing chromium chromium-headless-shell"; \
	command -v firefox-esr >/dev/null || command -v firefox >/dev/null || missing="$$missing firefox-esr"; \
	command -v WebKitWebDriver >/dev/null && ls /usr/lib/*/webkit2gtk-4.*/MiniBrowser >/dev/null 2>&1 || missing="$$missing webkit2gtk-driver"; \
	command -v Xvfb >/dev/null || missing="$$missing xvfb"; \
	command -v node >/dev/null || missing="$$missing nodejs"; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	command -v gcc >/dev/null || missing="$$missing gcc libc6-dev"; \
	command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing="$$missing nginx-light"; \
	command -v caddy >/dev/null || missing="$$missing caddy"; \
	command -v systemd-analyze >/dev/null || missing="$$missing systemd"; \
	command -v pdftotext >/dev/null && command -v pdfinfo >/dev/null || missing="$$missing poppler-utils"; \
	python3 -c 'import cryptography' 2>/dev/null || missing="$$missing python3 python3-cryptography"; \
	command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing:$$missing"; \
	  case "$$missing" in *postgresql*) \
	    mkdir -p /etc/postgresql-common/createcluster.d && \
	    echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.d/paypane.conf || exit 1;; \
	  esac; \
	  quiet=/usr/sbin/policy-rc.d; [ ! -e $$quiet ] || quiet=; \
	  [ -z "$$quiet" ] || { printf '#!/bin/sh\nexit 101\n' >$$quiet && chmod +x $$quiet; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; status=$$?; \
	  [ -z "$$quiet" ] || rm -f $$quiet; exit $$status; \
	else \
	  echo "make test needs what is not installed:$$missing"; \
	  echo "on Debian or Ubuntu: sudo apt-get install$$missing"; exit 1; \
	fi

wasm/node_modules/.package-lock.json: wasm/package-lock.json
	npm ci --prefix wasm --no-audit --no-fund
	@touch $@
