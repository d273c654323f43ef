package run

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/watch"
)

const (
	// mostArtifact is how many bytes of an artifact are looked at.
	mostArtifact = 64 << 20
	// mostArtifacts is how many artifacts of a run are looked at.
	mostArtifacts = 100
)

// noted is what the shelf's actions write down beside an artifact.
type noted struct {
	Name         string   `json:"name"`
	Digest       string   `json:"digest"`
	UploadedBy   string   `json:"uploaded-by"`
	DownloadedBy []string `json:"downloaded-by"`
}

// artifacts reads those that the run made, and looks for secrets in them.
func (s *session) artifacts() []ask.Artifact {
	found := []ask.Artifact{}
	notes, _ := filepath.Glob(filepath.Join(s.Run, "artifacts", "*.json"))
	sort.Strings(notes)
	for at, file := range notes {
		if at == mostArtifacts {
			break
		}
		var note noted
		content, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(content, &note) != nil {
			continue
		}
		artifact := ask.Artifact{
			Name: s.finder.Mask(note.Name), Digest: note.Digest, UploadedBy: note.UploadedBy,
			DownloadedBy: append([]string{}, note.DownloadedBy...), Files: []ask.ArtifactFile{},
		}
		folder := strings.TrimSuffix(file, ".json")
		walk(folder, func(path string, content []byte) {
			sum := sha256.Sum256(content)
			artifact.Files = append(artifact.Files, ask.ArtifactFile{
				Path: path, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(content)),
			})
			for _, name := range s.finder.InFile(content) {
				s.answer.Leaks = append(s.answer.Leaks, ask.Leak{
					Secret: name, Where: fmt.Sprintf("artifact %s: %s", artifact.Name, path),
				})
			}
		})
		found = append(found, artifact)
	}
	return found
}

// walk reads all files below a folder, as far as the limits go.
func walk(folder string, each func(path string, content []byte)) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return
	}
	defer root.Close()
	left, files := int64(mostArtifact), watch.MostFiles
	var paths []string
	_ = filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() && len(paths) < files {
			relative, _ := filepath.Rel(folder, path)
			paths = append(paths, relative)
		}
		return nil
	})
	sort.Strings(paths)
	for _, path := range paths {
		file, err := root.Open(path)
		if err != nil {
			continue
		}
		content, err := io.ReadAll(io.LimitReader(file, left+1))
		file.Close()
		if left -= int64(len(content)); err != nil || left < 0 {
			return
		}
		each(path, content)
	}
}

// arrivals tells what reached the servers during the run.
func (s *session) arrivals(before watch.Report) error {
	// The run's own limit may be over; the witness is asked all the same.
	ctx, cancel := context.WithTimeout(context.Background(), watch.Patience)
	defer cancel()
	report, err := watch.Ask(ctx, s.Witness, before.N)
	if err != nil {
		return err
	}
	var trees []tree
	if len(report.Hosts) > 0 {
		trees = s.trees()
	}
	s.answer.Staging, s.answer.StagingNow, err = s.arrived(ctx, report, "staging", trees)
	if err != nil {
		return err
	}
	s.answer.Production, s.answer.ProductionNow, err = s.arrived(ctx, report, "production", trees)
	return err
}

func (s *session) arrived(ctx context.Context, report watch.Report, name string, trees []tree) ([]ask.Arrival, string, error) {
	arrivals := []ask.Arrival{}
	host := report.Hosts[name]
	ours := false
	for _, change := range host.Changes {
		arrival := ask.Arrival{SHA: change.SHA, Digest: change.Digest, Files: change.Files}
		arrival.Ours = s.own(change.SHA)
		if arrival.Ours {
			ours = true
			s.answer.Deployed = append(s.answer.Deployed, name)
			for _, tree := range trees {
				if tree.within(change.Files) {
					artifact := tree.artifact
					arrival.FromArtifact = &artifact
					break
				}
			}
		}
		arrivals = append(arrivals, arrival)
	}
	if ours {
		err := watch.Release(ctx, s.Witness, name, s.answer.SHA, func(path string, content []byte) {
			for _, secret := range s.finder.InFile(content) {
				s.answer.Leaks = append(s.answer.Leaks, ask.Leak{Secret: secret, Where: name + ": " + path})
			}
		})
		if err != nil && !strings.Contains(err.Error(), "404") {
			return nil, "", err
		}
	}
	return arrivals, host.Current, nil
}

// own tells whether a release is of this run. A pull request's may be called by
// its head, its merge commit or, with `pull_request_target`, by its base.
func (s *session) own(sha string) bool {
	if s.answer.Merge != "" && (sha == s.answer.Merge || sha == s.answer.Base) {
		return true
	}
	return sha == s.answer.SHA
}

// tree of files that an artifact holds: all of it, a folder in it, an archive.
type tree struct {
	artifact string
	files    map[string]string
}

// within tells whether all files of the tree are in a release, as they are.
func (t tree) within(release map[string]string) bool {
	for path, sum := range t.files {
		if release[path] != sum {
			return false
		}
	}
	return len(t.files) > 0
}

// trees are those of artifacts that were downloaded in the run.
func (s *session) trees() []tree {
	var trees []tree
	for _, artifact := range s.answer.Artifacts {
		if len(artifact.DownloadedBy) == 0 {
			continue
		}
		all := map[string]string{}
		for _, file := range artifact.Files {
			all[file.Path] = file.SHA256
		}
		for _, files := range folders(all) {
			trees = append(trees, tree{artifact.Name, files})
		}
		walk(filepath.Join(s.Run, "artifacts", encoded(artifact.Name)), func(path string, content []byte) {
			if inside := unpacked(path, content); len(inside) > 0 {
				for _, files := range folders(inside) {
					trees = append(trees, tree{artifact.Name, files})
				}
			}
		})
	}
	return trees
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

// folders are a tree itself and those of its folders that could be a site: the
// one that holds all of it, and those with a page to begin with. Any other would
// find its few files in a site that was built anew, too.
func folders(files map[string]string) []map[string]string {
	found := []map[string]string{files}
	tops := map[string]map[string]string{}
	for path, sum := range files {
		if top, rest, inside := strings.Cut(path, "/"); inside {
			if tops[top] == nil {
				tops[top] = map[string]string{}
			}
			tops[top][rest] = sum
		}
	}
	for _, top := range sortedKeys(tops) {
		if _, site := tops[top]["index.html"]; site || len(tops[top]) == len(files) {
			found = append(found, tops[top])
		}
	}
	return found
}

// unpacked are the files of an archive; nothing of what is none.
func unpacked(name string, content []byte) map[string]string {
	files := map[string]string{}
	left := int64(mostArtifact)
	add := func(name string, from io.Reader) error {
		hash := sha256.New()
		size, err := io.Copy(hash, io.LimitReader(from, left+1))
		if left -= size; err != nil || left < 0 || len(files) > watch.MostFiles {
			return errors.New("too much")
		}
		files[strings.TrimPrefix(path.Clean("/"+name), "/")] = hex.EncodeToString(hash.Sum(nil))
		return nil
	}
	switch {
	case strings.HasSuffix(name, ".zip"):
		archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return nil
		}
		for _, file := range archive.File {
			if reader, err := file.Open(); err == nil && !file.FileInfo().IsDir() {
				if add(file.Name, reader) != nil {
					return nil
				}
			}
		}
	case strings.HasSuffix(name, ".tar"), strings.HasSuffix(name, ".tar.gz"), strings.HasSuffix(name, ".tgz"):
		var from io.Reader = bytes.NewReader(content)
		if !strings.HasSuffix(name, ".tar") {
			unzipped, err := gzip.NewReader(from)
			if err != nil {
				return nil
			}
			from = io.LimitReader(unzipped, 2*mostArtifact)
		}
		archive := tar.NewReader(from)
		for {
			header, err := archive.Next()
			if err != nil {
				break
			}
			if header.Typeflag == tar.TypeReg && add(header.Name, archive) != nil {
				return nil
			}
		}
	}
	return files
}
