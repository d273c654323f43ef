// Command workflow is the program of the kind `workflow`: `workflow run` makes of the
// learner's workflows what an event makes of them, and `workflow answer`, out of their
// reach, makes the answer to the lab of it, or of what the workflows say. The question
// comes as JSON on standard input, the rest goes as JSON to standard output, and
// nothing else does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"golang.org/x/sys/unix"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/kind"
	"lab.local/workflow/internal/run"
	"lab.local/workflow/internal/secret"
	"lab.local/workflow/internal/syntax"
)

// usualLimit is how long a run may take when the question doesn't say.
const usualLimit = 55 * time.Second

func main() {
	// What a run's own steps could read of this process, they could also write:
	// its environment holds secrets, its output is the verdict's evidence.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		fail(fmt.Errorf("this process can't be closed to others: %w", err))
	}
	environment := os.Environ()
	setting := run.Setting{
		Run: or("LAB_RUN", "/run/workflow"), Shelf: or("LAB_SHELF", "/shelf"), Work: or("LAB_WORK", "/work"),
		Repository: or("GITHUB_REPOSITORY", "learner/app"), Witness: os.Getenv("WITNESS_URL"),
		Path: or("PATH", "/usr/local/bin:/usr/bin:/bin"), Alone: os.Getpid() == 1,
	}
	// act hands the environment on to steps, and git has its own.
	os.Clearenv()
	os.Setenv("PATH", setting.Path)
	os.Setenv("LANG", "C.UTF-8")
	logrus.SetOutput(io.Discard)
	question, err := kind.Read(os.Stdin)
	if err != nil {
		fail(err)
	}
	switch step := strings.Join(os.Args[1:], " "); step {
	case "answer":
		write(answer(setting.Work, question))
	case "run":
		happening, err := question.Ask.Happening()
		if err != nil {
			fail(err)
		}
		if setting.Values, err = secret.FromEnvironment(environment); err != nil {
			fail(err)
		}
		limit := time.Duration(question.Limit) * time.Millisecond
		if limit <= 0 {
			limit = usualLimit
		}
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		answer, err := run.Run(ctx, setting, happening)
		cancel()
		if err != nil {
			fail(err)
		}
		write(answer)
	default:
		fail(fmt.Errorf("there is no step %q: `run` and `answer` are known", step))
	}
	// What act still does in the background ends here.
	os.Exit(0)
}

func or(name, usual string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return usual
}

func answer(work string, question kind.Question) kind.Answer {
	switch asked := question.Ask; {
	case asked.Run != nil:
		return kind.Again(*asked.Run)
	case asked.Model != nil:
		described, err := model(work, *asked.Model)
		if err != nil {
			return kind.Fault(err)
		}
		return kind.Model(described)
	case len(question.Steps) != 1:
		return kind.Fault(fmt.Errorf("no event was run"))
	}
	return kind.OfRun(question.Steps[0])
}

// model reads the workflow files of a folder in the learner's.
func model(work, folder string) (*syntax.Model, error) {
	if folder == "" {
		folder = run.Folder
	}
	var files []*syntax.File
	paths, _ := filepath.Glob(filepath.Join(work, folder, "*"))
	sort.Strings(paths)
	for _, path := range paths {
		extension := filepath.Ext(path)
		info, err := os.Lstat(path)
		if extension != ".yml" && extension != ".yaml" || err != nil || !info.Mode().IsRegular() {
			continue
		}
		name := filepath.Join(folder, filepath.Base(path))
		content, err := os.ReadFile(path)
		if err != nil {
			files = append(files, &syntax.File{Path: name, Problems: []ask.Problem{{
				Code: ask.Unreadable, File: name, Text: name + " can't be read: chmod a+r " + name,
			}}})
			continue
		}
		files = append(files, syntax.Read(name, content))
	}
	root, err := os.OpenRoot(work)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	described := syntax.Describe(files, func(path string) ([]byte, error) {
		file, err := root.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return io.ReadAll(io.LimitReader(file, 1<<20))
	})
	if len(files) == 0 {
		described.Valid = false
		described.Problems = append(described.Problems, ask.Problem{
			Code: ask.NoWorkflow, File: folder, Text: "there is no workflow: no file .yml or .yaml lies in " + folder,
		})
	}
	return described, nil
}

func write(answer any) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(answer); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// fail is for faults of the lab's own.
func fail(err error) {
	write(map[string]string{"fault": err.Error()})
	os.Exit(3)
}
