# make run    build everything and start widget, demo portal and simulator
# make test   everything that checks the project
# make check  formatting, vet, staticcheck, architecture
# make build  bin/paypane and bin/athenasim
# make bytes  what the card page weighs, as a table

GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.1
GOROOT      := $(shell $(GO) env GOROOT)
GOFILES     := $(shell find web wasm static bff -name '*.go' -not -path '*/node_modules/*') main.go go.mod go.sum
PROGRAM     := $(shell find web wasm -name '*.go' -not -name '*_test.go' -not -path '*/node_modules/*') go.mod go.sum
STATIC      := $(wildcard static/*.css static/*.js static/*.svg static/*.go)

export CGO_ENABLED = 0

.PHONY: run test check build bytes clean tools

run: build bin/demo
	@exec bin/demo

build: bin/paypane bin/athenasim

static/dist/wasm_exec.js: $(GOROOT)/lib/wasm/wasm_exec.js
	cp $< $@

static/dist/app.wasm.br: $(PROGRAM) static/pack/main.go static/embed.go static/dist/wasm_exec.js
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags='-s -w' -o static/dist/app.wasm ./wasm
	$(GO) run ./static/pack static/dist/app.wasm

bin/paypane: $(GOFILES) $(STATIC) static/dist/app.wasm.br
	$(GO) build -trimpath -ldflags='-s -w' -o $@ .

bin/athenasim: $(GOFILES)
	$(GO) build -trimpath -o $@ ./bff/athena/athenasim

bin/demo: $(GOFILES) $(STATIC) static/dist/app.wasm.br
	$(GO) build -trimpath -o $@ ./bff/demo
