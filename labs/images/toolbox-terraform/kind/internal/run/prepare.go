package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"lab.local/terraform-kind/internal/configuration"
	"lab.local/terraform-kind/internal/said"
)

const (
	lockFile = ".terraform.lock.hcl"
	// prepared holds the sum of the files that a folder was last prepared for.
	prepared = ".terraform/lab-prepared"
	// ours is how the addresses of our own providers begin.
	ours = "lab.local/"
)

// prepareWithoutState is enough for a look at the files: the state's place is neither asked
// nor judged.
func (r *run) prepareWithoutState() error {
	return r.stage(said.Init, func(out, err io.Writer) (int, error) {
		unseal()
		return tofu(out, err, "init", "-json", "-input=false", "-backend=false")
	})
}

// prepare the folder, once for each state of its files.
func (r *run) prepare() error {
	return r.stage(said.Init, func(out, err io.Writer) (int, error) {
		sum := sumOfFiles(".")
		if before, err := os.ReadFile(prepared); err == nil && string(before) == sum {
			return 0, nil
		}
		unseal()
		exit, failure := tofu(out, err, "init", "-json", "-input=false", "-reconfigure")
		if exit == 0 && failure == nil {
			// Without it the next check prepares again.
			_ = os.WriteFile(prepared, []byte(sum), 0o644)
		}
		return exit, failure
	})
}

// unseal leaves out of the lock file what another build of our provider hasn't.
func unseal() {
	lock, err := os.ReadFile(lockFile)
	if err != nil {
		return
	}
	if kept := withoutOurSums(lock); !bytes.Equal(kept, lock) {
		// What can't be written `init` tells itself.
		_ = os.WriteFile(lockFile, kept, 0o644)
	}
}

// sumOfFiles is of all files below a folder that are a configuration's.
func sumOfFiles(folder string) string {
	sum := sha256.New()
	_ = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case entry.IsDir() && entry.Name() == ".terraform":
			return filepath.SkipDir
		case entry.Type().IsRegular() && configuration.IsPart(entry.Name()):
			text, _ := os.ReadFile(path)
			sum.Write(text)
		}
		return nil
	})
	return hex.EncodeToString(sum.Sum(nil))
}

// withoutOurSums is a lock file that keeps each version and its constraints; our own
// provider's checksums, which differ from one build to the next, are left out.
func withoutOurSums(lock []byte) []byte {
	file, diagnostics := hclwrite.ParseConfig(lock, lockFile, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return lock
	}
	for _, block := range file.Body().Blocks() {
		if labels := block.Labels(); block.Type() == "provider" && len(labels) == 1 && strings.HasPrefix(labels[0], ours) {
			block.Body().RemoveAttribute("hashes")
		}
	}
	return file.Bytes()
}
