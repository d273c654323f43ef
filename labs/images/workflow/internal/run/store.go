package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/secret"
)

// store has the artifacts of one workflow's run. What was uploaded, and what was in
// it, is known to this process alone: steps can write to the folder, but what they
// write there without the action is no artifact, and what they change is noticed.
type store struct {
	mutex  sync.Mutex
	folder string
	finder secret.Finder
	kept   map[string]*kept
	order  []string
	// under are uploads that go on.
	under map[string]int
}

// kept is one artifact.
type kept struct {
	artifact ask.Artifact
	files    map[string]string
	trees    []tree
	leaks    []ask.Leak
}

// store is the store of a workflow that will run.
func (s *session) store(next task) *store {
	made := &store{
		folder: filepath.Join(s.Run, "artifacts", fmt.Sprint(len(s.stores))), finder: s.finder,
		kept: map[string]*kept{}, under: map[string]int{},
	}
	s.stores = append(s.stores, made)
	return made
}

const (
	upload   = "actions/upload-artifact"
	download = "actions/download-artifact"
)

func uploaded(env map[string]string) string {
	if name := env["INPUT_NAME"]; name != "" {
		return name
	}
	return "artifact"
}

// before is called before an action of the shelf runs.
func (s *store) before(_, action string, env map[string]string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch action {
	case upload:
		s.under[encoded(uploaded(env))]++
	case download:
		return s.settle()
	}
	return nil
}

// settle takes away what wasn't uploaded, and looks whether the rest is as it was.
func (s *store) settle() error {
	entries, _ := os.ReadDir(s.folder)
	for _, entry := range entries {
		name := entry.Name()
		name = name[:len(name)-len(path.Ext(name))]
		if s.kept[name] == nil && s.under[name] == 0 {
			if err := os.RemoveAll(filepath.Join(s.folder, entry.Name())); err != nil {
				return err
			}
		}
	}
	for _, name := range s.order {
		artifact := s.kept[name]
		now := map[string]string{}
		walk(filepath.Join(s.folder, name), func(path string, content []byte) { now[path] = sum(content) })
		if len(now) != len(artifact.files) || !(tree{files: artifact.files}).within(now) && len(now) > 0 {
			return fmt.Errorf("the artifact %s isn't what was uploaded: something wrote to the runner's own folder", artifact.artifact.Name)
		}
	}
	return nil
}

// after is called once an action of the shelf has ended well.
func (s *store) after(job, action string, env map[string]string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch action {
	case upload:
		name := uploaded(env)
		s.under[encoded(name)]--
		s.keep(job, name)
	case download:
		for _, key := range s.order {
			artifact := &s.kept[key].artifact
			matches, _ := path.Match(env["INPUT_PATTERN"], artifact.Name)
			if artifact.Name == env["INPUT_NAME"] || env["INPUT_NAME"] == "" && (env["INPUT_PATTERN"] == "" || matches) {
				artifact.DownloadedBy = append(artifact.DownloadedBy, job)
			}
		}
	}
	return nil
}

// keep notes an artifact that has just been uploaded.
func (s *store) keep(job, name string) {
	key := encoded(name)
	if s.kept[key] == nil && len(s.order) == mostArtifacts {
		return
	}
	one := &kept{files: map[string]string{}, artifact: ask.Artifact{
		Name: s.finder.Mask(name), UploadedBy: job, DownloadedBy: []string{}, Files: []ask.ArtifactFile{},
	}}
	var archives []map[string]string
	walk(filepath.Join(s.folder, key), func(path string, content []byte) {
		one.files[path] = sum(content)
		one.artifact.Files = append(one.artifact.Files, ask.ArtifactFile{Path: path, SHA256: one.files[path], Size: int64(len(content))})
		for _, name := range s.finder.InFile(content) {
			one.leaks = append(one.leaks, ask.Leak{
				Secret: name, Where: fmt.Sprintf("artifact %s: %s, uploaded by %s", one.artifact.Name, path, job),
			})
		}
		if inside := unpacked(path, content); len(inside) > 0 {
			archives = append(archives, inside)
		}
	})
	if len(one.files) == 0 {
		return // Nothing was found, and `if-no-files-found` lets that pass.
	}
	for _, all := range append([]map[string]string{one.files}, archives...) {
		for _, files := range folders(all) {
			one.trees = append(one.trees, tree{one.artifact.Name, files})
		}
	}
	one.artifact.Digest = digest(one.files)
	if s.kept[key] == nil {
		s.order = append(s.order, key)
	}
	s.kept[key] = one
}

func (s *store) told() []ask.Artifact {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	found := []ask.Artifact{}
	for _, key := range s.order {
		found = append(found, s.kept[key].artifact)
	}
	return found
}

func (s *store) trees() []tree {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var found []tree
	for _, key := range s.order {
		found = append(found, s.kept[key].trees...)
	}
	return found
}

func (s *store) leaks() []ask.Leak {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var found []ask.Leak
	for _, key := range s.order {
		found = append(found, s.kept[key].leaks...)
	}
	return found
}

func sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// digest of a set of files: equal when names and contents are.
func digest(files map[string]string) string {
	hash := sha256.New()
	for _, path := range sortedKeys(files) {
		fmt.Fprintf(hash, "%s\x00%s\x00", path, files[path])
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}

// encoded is an artifact's name as its folder has it.
func encoded(name string) string {
	var made strings.Builder
	for _, c := range []byte(name) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			made.WriteByte(c)
		} else {
			fmt.Fprintf(&made, "%%%02X", c)
		}
	}
	return made.String()
}
