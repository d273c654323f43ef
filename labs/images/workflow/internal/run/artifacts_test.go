package run

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/watch"
)

func TestWhatArrivedIsTheRunsOwnByAnyOfItsCommits(t *testing.T) {
	// A witness that has no release any more: nothing to look for secrets in.
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	arrived := func(merge string, shas ...string) int {
		s := &session{Setting: Setting{Witness: gone.URL}, answer: ask.Empty()}
		s.answer.SHA, s.answer.Base, s.answer.Merge = "head", "base", merge
		report := watch.Report{Hosts: map[string]watch.Host{"production": {}}}
		host := report.Hosts["production"]
		for _, sha := range shas {
			host.Changes = append(host.Changes, watch.Change{SHA: sha})
		}
		report.Hosts["production"] = host
		arrivals, _, err := s.arrived(context.Background(), report, "production", nil)
		if err != nil || len(arrivals) != len(shas) {
			t.Fatalf("%v %v", arrivals, err)
		}
		return len(s.answer.Deployed)
	}
	if own := arrived("", "head", "base", "other"); own != 1 {
		t.Errorf("of a push: %d", own)
	}
	if own := arrived("merge", "head", "base", "merge", "other"); own != 3 {
		t.Errorf("of a pull request: %d", own)
	}
}

func TestWhatReachedTheServersIsToldInNames(t *testing.T) {
	artifact := "site"
	s := &session{answer: ask.Empty()}
	s.answer.Staging = []ask.Arrival{{SHA: "a", FromArtifact: &artifact}, {SHA: "b", Early: true}}
	s.answer.Production = []ask.Arrival{{SHA: "a", Gap: true}}
	s.answer.Deployers = []ask.Deployer{{Job: "one", Problem: ask.NoGroup}, {Job: "two"}}
	s.told()
	told := fmt.Sprint(s.answer.OnStaging, s.answer.InProduction, s.answer.Early, s.answer.NotKept, s.answer.Gaps, s.answer.Together)
	if told != "[a b] [a] [staging] [production] [production] [one]" {
		t.Error(told)
	}
}

func TestAReleaseIsAnArtifactsWhenAllItsFilesAreThere(t *testing.T) {
	release := map[string]string{"index.html": "1", "a/b": "2", "REVISION": "3"}
	for _, test := range []struct {
		files  map[string]string
		within bool
	}{
		{map[string]string{"index.html": "1", "a/b": "2"}, true},
		{map[string]string{"dist/index.html": "1", "dist/a/b": "2"}, true},
		{map[string]string{"index.html": "x", "a/b": "2"}, false},
		{map[string]string{"index.html": "x", "a/REVISION": "3"}, false},
		{map[string]string{"log": "x", "site/index.html": "1"}, true},
		{map[string]string{"index.html": "1", "c": "2"}, false},
		{map[string]string{}, false},
	} {
		within := false
		for _, files := range folders(test.files) {
			within = within || tree{"a", files}.within(release)
		}
		if within != test.within {
			t.Errorf("%v: %v", test.files, within)
		}
	}
}

func TestArchivesAreLookedInto(t *testing.T) {
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	archive := tar.NewWriter(zipped)
	for _, name := range []string{"./index.html", "../../out"} {
		if err := archive.WriteHeader(&tar.Header{Name: name, Size: 1, Mode: 0o644, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	_ = archive.Close()
	_ = zipped.Close()
	files := unpacked("site.tar.gz", packed.Bytes())
	if len(files) != 2 || len(files["index.html"]) != 64 || files["out"] == "" {
		t.Errorf("%v", files)
	}
	if files := unpacked("site.zip", []byte("no archive")); len(files) != 0 {
		t.Errorf("%v", files)
	}
}
