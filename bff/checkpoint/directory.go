package checkpoint

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"paypane/bff/ledger"
)

// Directory is where checkpoints are kept as files, one each, that never
// change: fit to be copied to another place as they appear. Their names sort by
// time.
type Directory string

const extension = ".note"

// Put writes a checkpoint, whole or not at all. One that is there already stays
// as it is.
func (d Directory) Put(c ledger.Checkpoint) error {
	name := filepath.Join(string(d), fmt.Sprintf("%s-%011d%s", c.At.UTC().Format("20060102T150405Z"), c.Event, extension))
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	file, err := os.CreateTemp(string(d), ".checkpoint-*")
	if err != nil {
		return fmt.Errorf("write checkpoint: %w", err)
	}
	_, err = file.Write(Note(c))
	err = errors.Join(err, file.Chmod(0o644), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		os.Remove(file.Name())
		return fmt.Errorf("write checkpoint: %w", err)
	}
	return nil
}

// Files are the names of the checkpoints, the newest first.
func (d Directory) Files() ([]string, error) {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), extension) {
			names = append(names, filepath.Join(string(d), e.Name()))
		}
	}
	slices.Reverse(names)
	return names, nil
}

// StaleError says that the database cannot be the one of which a checkpoint was
// made, or is from before it.
type StaleError struct {
	File  string
	Cause *ledger.BrokenError
}

func (e *StaleError) Error() string {
	return fmt.Sprintf("the database is older than its checkpoint %s, or another (%v). If it was restored from a backup, "+
		"payments that were made since are not in it: run \"paypane ledger restored\" before the server is started. "+
		"If it was not, run \"paypane ledger verify\", and start nothing until it is known what happened", e.File, e.Cause)
}

func (e *StaleError) Unwrap() error { return e.Cause }

// Record is what Check needs of the ledger.
type Record interface {
	Compare(context.Context, ledger.Checkpoint) (lost bool, err error)
}

// Check compares the newest checkpoint that counts with the record: a
// *StaleError if the record is older or another. What is not signed by one of
// the keys is not passed over: it could stand for one that was taken away.
func (d Directory) Check(ctx context.Context, record Record, keys Keys) error {
	if info, err := os.Stat(string(d)); err != nil {
		return fmt.Errorf("read checkpoints: %w", err)
	} else if !info.IsDir() {
		return fmt.Errorf("read checkpoints: %s: %w", d, fs.ErrInvalid)
	}
	files, err := d.Files()
	if err != nil {
		return err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read checkpoints: %w", err)
		}
		c, err := keys.Open(text)
		if err != nil {
			return fmt.Errorf("%s: %w: add the key that signed it to PAYPANE_KEYS, or find out who wrote it and move it away", name, err)
		}
		lost, err := record.Compare(ctx, c)
		var broken *ledger.BrokenError
		switch {
		case errors.As(err, &broken):
			return &StaleError{File: name, Cause: broken}
		case err != nil:
			return err
		case !lost:
			return nil // it stands for all before it
		}
	}
	return nil
}
