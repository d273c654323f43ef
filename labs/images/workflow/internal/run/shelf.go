package run

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"lab.local/workflow/internal/syntax"
)

// shelf gives act the actions that lie in a folder, whatever the version asked
// for, and nothing else: nothing is fetched.
type shelf struct{ folder string }

// Fetch resolves a version; each is the one there is.
func (s shelf) Fetch(_ context.Context, action, _, ref, _ string) (string, error) {
	if syntax.Shelf[strings.ToLower(action)] == "" {
		return "", fmt.Errorf("the action %s isn't on this lab's shelf; there are: %s", action, strings.Join(syntax.Offers(), ", "))
	}
	return ref, nil
}

// GetTarArchive gives a file or a folder of an action.
func (s shelf) GetTarArchive(_ context.Context, action, _, inside string) (io.ReadCloser, error) {
	root, err := os.OpenRoot(filepath.Join(s.folder, syntax.Shelf[strings.ToLower(action)]))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	var packed bytes.Buffer
	writer := tar.NewWriter(&packed)
	start := path.Clean(inside)
	if start == "" || start == "/" {
		start = "."
	}
	err = fs.WalkDir(root.FS(), start, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := fs.ReadFile(root.FS(), name)
		if err != nil {
			return err
		}
		told := name
		if start == name {
			told = path.Base(name)
		} else if start != "." {
			told = strings.TrimPrefix(name, start+"/")
		}
		header := &tar.Header{Name: told, Mode: 0o755, Size: int64(len(content)), Typeflag: tar.TypeReg}
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
		_, err = writer.Write(content)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return io.NopCloser(&packed), nil
}
