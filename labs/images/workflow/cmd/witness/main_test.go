package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lab.local/workflow/internal/watch"
)

const (
	one = "1111111111111111111111111111111111111111"
	two = "2222222222222222222222222222222222222222"
)

// host is a server's folder with two releases, and its witness.
func host(t *testing.T) (string, *witness, string) {
	t.Helper()
	hosts := t.TempDir()
	folder := filepath.Join(hosts, "production")
	for _, release := range []string{one, two} {
		if err := os.MkdirAll(filepath.Join(folder, "releases", release), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "releases", release, "index.html"), []byte(release), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	witness, err := newWitness(hosts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(witness)
	t.Cleanup(server.Close)
	return folder, witness, server.URL
}

func turn(t *testing.T, folder, target string) {
	t.Helper()
	next := filepath.Join(folder, "next")
	if err := os.Symlink(target, next); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(folder, link)); err != nil {
		t.Fatal(err)
	}
}

func seen(t *testing.T, address string, since int) watch.Report {
	t.Helper()
	report, err := watch.Ask(context.Background(), address, since)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func shas(report watch.Report) string {
	var found []string
	for _, change := range report.Hosts["production"].Changes {
		found = append(found, change.SHA[:1])
	}
	return strings.Join(found, " ")
}

func TestEachChangeOfTheLinkIsRecorded(t *testing.T) {
	folder, _, address := host(t)
	if report := seen(t, address, 0); report.N != 0 || report.Hosts["production"].Current != "" {
		t.Errorf("%+v", report)
	}
	turn(t, folder, "releases/"+one)
	turn(t, folder, filepath.Join(folder, "releases", two))
	turn(t, folder, "releases/"+one)
	// `rm` and `ln` leave a moment without.
	_ = os.Remove(filepath.Join(folder, link))
	if err := os.Symlink("releases/"+one, filepath.Join(folder, link)); err != nil {
		t.Fatal(err)
	}
	report := seen(t, address, 0)
	// Three that came faster than anybody looked: how many is sure, where the
	// first led isn't.
	if report.N != 4 || len(report.Hosts["production"].Changes) != 4 || report.Hosts["production"].Current != one {
		t.Errorf("%+v", report)
	}
	last := report.Hosts["production"].Changes[3]
	if !last.Gap || report.Hosts["production"].Changes[0].Gap {
		t.Errorf("%+v", report)
	}
	if last.SHA != one || last.Digest == "" || len(last.Files["index.html"]) != 64 {
		t.Errorf("%+v", last)
	}
	turn(t, folder, "releases/"+two)
	if found := shas(seen(t, address, report.N)); found != "2" {
		t.Error(found)
	}
}

// A release that is removed before the link leads to the next one leaves a moment, too.
func TestAReleaseThatIsRemovedTooEarlyIsAGap(t *testing.T) {
	remove := func(folder, release string) {
		if err := os.RemoveAll(filepath.Join(folder, releases, release)); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		folder, witness, address := host(t)
		turn(t, folder, "releases/"+one)
		witness.mutex.Lock()
		witness.drain()
		witness.mutex.Unlock()
		remove(folder, one)
		turn(t, folder, "releases/"+two)
		if changes := seen(t, address, 0).Hosts["production"].Changes; len(changes) != 2 || changes[0].Gap || !changes[1].Gap {
			t.Fatalf("removed first: %+v", changes)
		}
		folder, _, address = host(t)
		turn(t, folder, "releases/"+one)
		before := seen(t, address, 0).N
		turn(t, folder, "releases/"+two)
		remove(folder, one)
		if err := os.MkdirAll(filepath.Join(folder, releases, one), 0o755); err != nil {
			t.Fatal(err)
		}
		remove(folder, one)
		if changes := seen(t, address, before).Hosts["production"].Changes; len(changes) != 1 || changes[0].Gap {
			t.Fatalf("removed afterwards: %+v", changes)
		}
	}
}

func TestALinkElsewhereIsAProblem(t *testing.T) {
	folder, _, address := host(t)
	turn(t, folder, "/etc")
	change := seen(t, address, 0).Hosts["production"].Changes[0]
	if change.SHA != "etc" || change.Problem == "" || len(change.Files) != 0 {
		t.Errorf("%+v", change)
	}
}

func TestReleasesAreHandedOutAndNothingElse(t *testing.T) {
	folder, _, address := host(t)
	if err := os.Symlink("/etc/passwd", filepath.Join(folder, "releases", one, "passwd")); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	collect := func(path string, content []byte) { files[path] = string(content) }
	if err := watch.Release(context.Background(), address, "production", one, collect); err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files["index.html"] != one {
		t.Errorf("%v", files)
	}
	for _, sha := range []string{"..", "../..", "", "3333"} {
		if err := watch.Release(context.Background(), address, "production", sha, collect); err == nil {
			t.Errorf("%q is handed out", sha)
		}
	}
	if err := watch.Release(context.Background(), address, "..", one, collect); err == nil {
		t.Error("another host is handed out")
	}
}

// Hundreds of large releases, each another, don't fill the memory of the witness.
func TestManyLargeReleasesAreJudgedAndNotKept(t *testing.T) {
	folder, witness, address := host(t)
	witness.most = 100_000
	name := strings.Repeat("a", 150)
	for at := range 20 {
		release := filepath.Join(folder, "releases", fmt.Sprint("r", at))
		if err := os.Mkdir(release, 0o755); err != nil {
			t.Fatal(err)
		}
		for file := range 40 {
			if err := os.WriteFile(filepath.Join(release, fmt.Sprint(name, file)), []byte(fmt.Sprint(at)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		turn(t, folder, "releases/"+fmt.Sprint("r", at))
		witness.mutex.Lock()
		witness.drain()
		witness.mutex.Unlock()
	}
	if witness.size > witness.most || witness.size < witness.most/2 {
		t.Errorf("%d bytes are kept", witness.size)
	}
	changes := seen(t, address, 0).Hosts["production"].Changes
	if len(changes) != 20 || len(changes[19].Files) != 40 || len(changes[0].Files) != 0 || changes[0].Digest == changes[19].Digest {
		t.Errorf("%d", len(changes))
	}
}

func TestOneReleaseIsKeptOnce(t *testing.T) {
	folder, witness, address := host(t)
	for range 50 {
		turn(t, folder, "releases/"+one)
		witness.mutex.Lock()
		witness.drain()
		witness.mutex.Unlock()
	}
	changes := seen(t, address, 0).Hosts["production"].Changes
	if len(changes) != 50 || len(changes[49].Files) != 1 || witness.size > 1000 {
		t.Errorf("%d changes, %d bytes", len(changes), witness.size)
	}
}
