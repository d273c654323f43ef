package repository

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"lab.local/workflow/internal/ask"
)

// What compresses well shows it best: time says nothing.
func TestLargeFilesAreNotCompressed(t *testing.T) {
	folder, run := t.TempDir(), t.TempDir()
	const size = 4 << 20
	if err := os.WriteFile(filepath.Join(folder, "film"), make([]byte, size), 0o644); err != nil {
		t.Fatal(err)
	}
	source := Source{Folder: folder, Run: run, Name: "learner/pli"}
	if _, err := Make(source, ask.Event{Name: ask.Push, Branch: "main"}, nil); err != nil {
		t.Fatal(err)
	}
	var kept int64
	err := filepath.WalkDir(run, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		kept += info.Size()
		return err
	})
	if err != nil || kept < size {
		t.Errorf("%d bytes are kept of a file of %d: %v", kept, size, err)
	}
}
