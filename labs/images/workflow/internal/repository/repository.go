// Package repository makes the git repositories of one run out of the learner's
// folder: workflows see commits, never the folder itself.
package repository

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"lab.local/workflow/internal/ask"
)

// ForkOwner is whose fork a stranger's pull request comes from.
const ForkOwner = "stranger"

// Repository is a bare repository with the commits of one run.
type Repository struct {
	// dir is the bare repository, folders hold all by owner and name.
	dir     string
	folders string
	// Base is the learner's folder as a commit, Head the commit on top of it,
	// Merge that of a pull request.
	Base, Head, Merge string
	// Changed are the paths that Head changes; of a commit without changes of
	// its own, all paths.
	Changed []string
}

// Source is where the learner's folder is, and where things are put.
type Source struct {
	// Folder is the learner's.
	Folder string
	// Run is the run's own folder.
	Run string
	// Name is OWNER/NAME.
	Name string
}

// Refusal is a problem of the learner's.
type Refusal struct{ Problem ask.Problem }

func (r Refusal) Error() string { return r.Problem.Text }

// Make commits the folder and the change on top of it, and lets the refs be as
// the event leaves them.
func Make(source Source, event ask.Event, change *ask.Change) (*Repository, error) {
	folders := filepath.Join(source.Run, "repositories")
	repository := &Repository{dir: filepath.Join(folders, source.Name+".git"), folders: folders}
	if err := initialize(repository.dir); err != nil {
		return nil, err
	}
	// Two runs of one folder must not share a commit.
	unique := make([]byte, 8)
	if _, err := rand.Read(unique); err != nil {
		return nil, err
	}
	root, err := repository.commit(emptyTree, "Start\n\nRun: "+hex.EncodeToString(unique), "")
	if err != nil {
		return nil, err
	}
	tree, err := repository.add(source.Folder)
	if err != nil {
		return nil, err
	}
	if repository.Base, err = repository.commit(tree, "The folder as it is", root); err != nil {
		return nil, err
	}
	message := "A commit of the lab's"
	if change != nil {
		if err := repository.apply(change.Edit); err != nil {
			return nil, err
		}
		if change.Message != "" {
			message = change.Message
		}
	}
	if tree, err = repository.git("write-tree"); err != nil {
		return nil, err
	}
	if repository.Head, err = repository.commit(tree, message, repository.Base); err != nil {
		return nil, err
	}
	if err := repository.list(change != nil && len(change.Edit) > 0); err != nil {
		return nil, err
	}
	return repository, repository.refs(source, event, tree)
}

// emptyTree is git's name of a tree without entries.
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

func initialize(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	repository := &Repository{dir: dir}
	if _, err := repository.git("init", "--quiet", "--bare", "--template=", "-b", "main"); err != nil {
		return err
	}
	if _, err := repository.git("hash-object", "-t", "tree", "-w", "/dev/null"); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "info"), 0o755); err != nil {
		return err
	}
	// The lab's notes on the learner aren't part of their work.
	if err := os.WriteFile(filepath.Join(dir, "info", "exclude"), []byte("/.lab/\n"), 0o644); err != nil {
		return err
	}
	// Checkouts fetch by SHA. Nothing is compressed, and no differences are looked for: a
	// folder with 60 MiB of pictures took 27 s to fetch, and takes one and a half.
	config := "[uploadpack]\n\tallowAnySHA1InWant = true\n[receive]\n\tdenyDeletes = true\n" +
		"[core]\n\tcompression = 0\n\tbigFileThreshold = 1m\n[pack]\n\twindow = 0\n"
	file, err := os.OpenFile(filepath.Join(dir, "config"), os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.WriteString(config)
	return err
}

// add puts the whole folder into the index and gives its tree.
func (r *Repository) add(folder string) (string, error) {
	_, err := r.run(nil, []string{"GIT_WORK_TREE=" + folder}, "add", "--all", "--", ".")
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		if path := unreadable(err.Error()); path != "" {
			return "", Refusal{ask.Problem{
				Code: ask.Unreadable,
				File: path,
				Text: fmt.Sprintf("%s can't be read by the runner, which is another user: chmod a+rX %s", path, path),
			}}
		}
		// Such as a repository within the folder.
		_, said, _ := strings.Cut(err.Error(), failed.Error()+": ")
		return "", Refusal{ask.Problem{Code: ask.Unreadable, File: ".", Text: "git can't make a commit of this folder: " + said}}
	}
	if err != nil {
		return "", err
	}
	return r.git("write-tree")
}

// unreadable is the path that git said it may not open.
func unreadable(said string) string {
	for _, line := range strings.Split(said, "\n") {
		for _, pattern := range [][2]string{{`open("`, `"): Permission denied`}, {"could not open directory '", "': Permission denied"}} {
			if _, rest, found := strings.Cut(line, pattern[0]); found {
				if path, _, found := strings.Cut(rest, pattern[1]); found {
					return strings.TrimSuffix(path, "/")
				}
			}
		}
	}
	return ""
}

func (r *Repository) commit(tree, message, parent string, more ...string) (string, error) {
	arguments := []string{"commit-tree", tree}
	for _, each := range append([]string{parent}, more...) {
		if each != "" {
			arguments = append(arguments, "-p", each)
		}
	}
	return r.run(strings.NewReader(message), nil, arguments...)
}

// list notes what the last commit changes.
func (r *Repository) list(changed bool) error {
	arguments := []string{"ls-tree", "-r", "-z", "--name-only", r.Head}
	if changed {
		arguments = []string{"diff-tree", "-r", "-z", "--name-only", "--no-renames", r.Base, r.Head}
	}
	listed, err := r.git(arguments...)
	if err != nil {
		return err
	}
	r.Changed = strings.FieldsFunc(listed, func(c rune) bool { return c == 0 })
	return nil
}

// refs lets branches and tags be as after the event.
func (r *Repository) refs(source Source, event ask.Event, tree string) error {
	set := map[string]string{"refs/heads/main": r.Base}
	switch event.Name {
	case ask.Push, ask.Dispatch:
		set["refs/heads/"+event.Branch] = r.Head
	case ask.Tag:
		set["refs/heads/main"] = r.Head
		set["refs/tags/"+event.Tag] = r.Head
	case ask.PullRequest:
		set["refs/heads/"+event.Base] = r.Base
		merge, err := r.commit(tree, fmt.Sprintf("Merge %s into %s", r.Head, r.Base), r.Base, r.Head)
		if err != nil {
			return err
		}
		r.Merge = merge
		set["refs/pull/1/head"] = r.Head
		set["refs/pull/1/merge"] = merge
		if !event.Fork {
			set["refs/heads/"+event.Branch] = r.Head
		}
	}
	for name, commit := range set {
		if _, err := r.git("update-ref", name, commit); err != nil {
			return err
		}
	}
	if event.Name == ask.PullRequest && event.Fork {
		return r.fork(source, event)
	}
	return nil
}

// fork is the stranger's own repository, with the branch of the pull request.
func (r *Repository) fork(source Source, event ask.Event) error {
	_, name, _ := strings.Cut(source.Name, "/")
	fork := &Repository{dir: filepath.Join(r.folders, ForkOwner, name+".git")}
	if err := initialize(fork.dir); err != nil {
		return err
	}
	alternates := filepath.Join(fork.dir, "objects", "info", "alternates")
	if err := os.MkdirAll(filepath.Dir(alternates), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(alternates, []byte(filepath.Join(r.dir, "objects")+"\n"), 0o644); err != nil {
		return err
	}
	for ref, commit := range map[string]string{"refs/heads/" + event.Base: r.Base, "refs/heads/" + event.Branch: r.Head} {
		if _, err := fork.git("update-ref", ref, commit); err != nil {
			return err
		}
	}
	return nil
}

// File gives a file of a commit.
func (r *Repository) File(commit, path string) ([]byte, error) {
	text, err := r.raw(nil, nil, "cat-file", "blob", commit+":"+path)
	return text, err
}

// Entries lists the paths of the files below a folder of a commit.
func (r *Repository) Entries(commit, folder string) ([]string, error) {
	listed, err := r.git("ls-tree", "-r", "-z", "--name-only", commit, "--", folder)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(listed, func(c rune) bool { return c == 0 }), nil
}

// Regular tells whether a path of a commit is a file, and no link.
func (r *Repository) Regular(commit, path string) bool {
	listed, err := r.git("ls-tree", commit, "--", path)
	return err == nil && strings.HasPrefix(listed, "100")
}

func (r *Repository) git(arguments ...string) (string, error) {
	return r.run(nil, nil, arguments...)
}

func (r *Repository) run(stdin *strings.Reader, env []string, arguments ...string) (string, error) {
	out, err := r.raw(stdin, env, arguments...)
	return strings.TrimSuffix(string(out), "\n"), err
}

func (r *Repository) raw(stdin *strings.Reader, env []string, arguments ...string) ([]byte, error) {
	command := exec.Command("git", arguments...)
	// Nothing of the learner's configures git here, not even a filter or a hook.
	command.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "LC_ALL=C",
		"GIT_DIR=" + r.dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Lab", "GIT_AUTHOR_EMAIL=lab@example.org",
		"GIT_COMMITTER_NAME=Lab", "GIT_COMMITTER_EMAIL=lab@example.org",
	}, env...)
	if stdin != nil {
		command.Stdin = stdin
	}
	var out, said bytes.Buffer
	command.Stdout, command.Stderr = &out, &said
	if err := command.Run(); err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", arguments[0], err, strings.TrimSpace(said.String()))
	}
	return out.Bytes(), nil
}
