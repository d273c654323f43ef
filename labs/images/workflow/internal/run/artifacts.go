package run

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/watch"
)

const (
	// mostArtifact is how many bytes of an artifact are looked at.
	mostArtifact = 64 << 20
	// mostArtifacts is how many artifacts of a run are looked at.
	mostArtifacts = 100
)

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
	// What both serve is one build, so an artifact that is on one host is looked for first on the other.
	if both := slices.IndexFunc(trees, func(each tree) bool {
		return s.serves(report, "staging", each) && s.serves(report, "production", each)
	}); both >= 0 {
		trees = trees[both : both+1]
	}
	s.answer.Staging, s.answer.StagingNow, err = s.arrived(ctx, report, "staging", trees)
	if err != nil {
		return err
	}
	for _, arrival := range s.answer.Staging {
		if arrival.FromArtifact != nil {
			trees = slices.DeleteFunc(trees, func(each tree) bool { return !each.within(arrival.Files) })
		}
	}
	s.answer.Production, s.answer.ProductionNow, err = s.arrived(ctx, report, "production", trees)
	return err
}

// serves tells whether a host got this run's commit with all files of a tree.
func (s *session) serves(report watch.Report, host string, each tree) bool {
	return slices.ContainsFunc(report.Hosts[host].Changes, func(change watch.Change) bool {
		return s.own(change.SHA) && each.within(change.Files)
	})
}

func (s *session) arrived(ctx context.Context, report watch.Report, name string, trees []tree) ([]ask.Arrival, string, error) {
	arrivals := []ask.Arrival{}
	host := report.Hosts[name]
	ours := false
	for _, change := range host.Changes {
		arrival := ask.Arrival{SHA: change.SHA, Digest: change.Digest, Files: change.Files, Gap: change.Gap}
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
		now := map[string]string{}
		err := watch.Release(ctx, s.Witness, name, s.answer.SHA, func(path string, content []byte) {
			sum := sha256.Sum256(content)
			now[path] = hex.EncodeToString(sum[:])
			for _, secret := range s.finder.InFile(content) {
				s.answer.Leaks = append(s.answer.Leaks, ask.Leak{Secret: secret, Where: name + ": " + path})
			}
		})
		if err != nil && !strings.Contains(err.Error(), "404") {
			return nil, "", err
		}
		for at, arrival := range arrivals {
			// All files came, but after the switch.
			arrivals[at].Early = arrival.Ours && arrival.FromArtifact == nil &&
				slices.ContainsFunc(trees, func(each tree) bool { return each.within(now) })
		}
	}
	return arrivals, host.Current, nil
}

// told says in lists of names what an expectation asks of the servers.
func (s *session) told() {
	answer := s.answer
	for _, host := range []struct {
		name     string
		arrivals []ask.Arrival
		all      *[]string
	}{{"staging", answer.Staging, &answer.OnStaging}, {"production", answer.Production, &answer.InProduction}} {
		early, kept, gap := false, true, false
		for _, each := range host.arrivals {
			*host.all = append(*host.all, each.SHA)
			early = early || each.Early
			kept = kept && (each.FromArtifact != nil || each.Early)
			gap = gap || each.Gap
		}
		if early {
			answer.Early = append(answer.Early, host.name)
		}
		if !kept {
			answer.NotKept = append(answer.NotKept, host.name)
		}
		if gap {
			answer.Gaps = append(answer.Gaps, host.name)
		}
	}
	for _, each := range answer.Deployers {
		if each.Problem != "" {
			answer.Together = append(answer.Together, each.Job)
		}
	}
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

// trees are those of all artifacts that were kept in the run.
func (s *session) trees() []tree {
	var trees []tree
	for _, store := range s.stores {
		trees = append(trees, store.trees()...)
	}
	return trees
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
	default:
		from, err := uncompressed(name, content)
		if err != nil {
			return nil
		}
		archive := tar.NewReader(io.LimitReader(from, 2*mostArtifact))
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

// uncompressed is the tar archive in a file, as its name says how it is packed.
func uncompressed(name string, content []byte) (io.Reader, error) {
	packed := bytes.NewReader(content)
	end := func(suffixes ...string) bool {
		return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
	}
	switch {
	case end(".tar"):
		return packed, nil
	case end(".tar.gz", ".tgz"):
		return gzip.NewReader(packed)
	case end(".tar.xz", ".txz"):
		return xz.NewReader(packed)
	case end(".tar.bz2", ".tbz2", ".tbz"):
		return bzip2.NewReader(packed), nil
	case end(".tar.zst", ".tzst"):
		return zstd.NewReader(packed, zstd.WithDecoderMaxMemory(256<<20), zstd.WithDecoderConcurrency(1))
	}
	return nil, errors.New("no archive")
}
