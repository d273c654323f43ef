package watch

import (
	"os"
	"path/filepath"
	"testing"
)

func lay(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestTwoTreesOfTheSameFilesHaveOneDigest(t *testing.T) {
	digest := func(files map[string]string) string {
		tree, err := Tree(lay(t, files))
		if err != nil {
			t.Fatal(err)
		}
		return Digest(tree)
	}
	one := digest(map[string]string{"a": "1", "b/c": "2"})
	if digest(map[string]string{"b/c": "2", "a": "1"}) != one {
		t.Error("the order counts")
	}
	for _, other := range []map[string]string{{"a": "1"}, {"a": "1", "b/c": "3"}, {"a": "1", "b": "2"}, {"a": "1", "b/c": "2", "d": ""}} {
		if digest(other) == one {
			t.Errorf("%v has the same digest", other)
		}
	}
}

func TestLinksInAReleaseLeadNowhere(t *testing.T) {
	secret := lay(t, map[string]string{"secret": "x"})
	folder := lay(t, map[string]string{"a": "1"})
	if err := os.Symlink(filepath.Join(secret, "secret"), filepath.Join(folder, "link")); err != nil {
		t.Fatal(err)
	}
	tree, err := Tree(folder)
	if err != nil || len(tree) != 2 || len(tree["link"]) == 64 {
		t.Errorf("%v %v", tree, err)
	}
}
