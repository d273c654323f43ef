package watch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// Tree is what lies in a folder: each file's SHA-256 by its path. Links and
// other things that are no files count by what they are, not where they lead.
func Tree(folder string) (map[string]string, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	files := map[string]string{}
	left, names := int64(MostRelease), 0
	err = fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrPermission) && path != "." {
			files[path] = "unreadable"
			return fs.SkipDir
		}
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return nil
		}
		if len(files) == MostFiles {
			return fmt.Errorf("more than %d files", MostFiles)
		}
		if !entry.Type().IsRegular() {
			files[path] = entry.Type().String()
			return nil
		}
		if names += len(path); names > MostNames {
			return fmt.Errorf("names of more than %d MiB", MostNames>>20)
		}
		sum, size, err := hashed(root, path, left)
		if errors.Is(err, fs.ErrPermission) {
			// Nobody but its owner reads it, and it is there all the same.
			files[path] = "unreadable"
			return nil
		}
		if err != nil {
			return err
		}
		left -= size
		files[path] = sum
		return nil
	})
	return files, err
}

func hashed(root *os.Root, path string, left int64) (string, int64, error) {
	file, err := root.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, io.LimitReader(file, left+1))
	if err != nil {
		return "", 0, err
	}
	if size > left {
		return "", 0, fmt.Errorf("more than %d MiB", MostRelease>>20)
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}

// Digest is of a tree: two have the same when they hold the same files.
func Digest(files map[string]string) string {
	paths := make([]string, 0, len(files))
	for path := range files {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	hash := sha256.New()
	for _, path := range paths {
		fmt.Fprintf(hash, "%s\x00%s\x00", filepath.ToSlash(path), files[path])
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil))
}
