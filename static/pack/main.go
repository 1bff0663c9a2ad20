// Command pack compresses the browser program: pack FILE writes FILE.br and
// FILE.gz, as small as they get, and removes FILE. It is a step of the build
// because brotli's best takes half a minute for a file of this size.
package main

import (
	"fmt"
	"os"

	"paypane/static"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: pack FILE")
		os.Exit(2)
	}
	if err := pack(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(name string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	br, gz, err := static.Compress(content)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name+".br", br, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(name+".gz", gz, 0o644); err != nil {
		return err
	}
	return os.Remove(name)
}
