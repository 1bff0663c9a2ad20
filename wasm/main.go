// Command wasm is the browser program: the pages of package web, run in the
// payer's browser. It is compiled with GOOS=js GOARCH=wasm and served by the
// server from package static.
package main

import "paypane/web"

func main() { web.Run() }
