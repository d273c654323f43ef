package syntax

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"lab.local/workflow/internal/ask"
)

// Labels of runners that are there.
var Labels = []string{"ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04"}

// Shelf are the actions that are there, by name, each with its folder.
var Shelf = map[string]string{
	"actions/cache":             "cache",
	"actions/checkout":          "checkout",
	"actions/download-artifact": "download-artifact",
	"actions/setup-node":        "setup-node",
	"actions/setup-python":      "setup-python",
	"actions/upload-artifact":   "upload-artifact",
}

// Reader gives a file of the repository; its error means that it isn't there.
type Reader func(path string) ([]byte, error)

// Offered looks for what the runner doesn't have in workflows that will run,
// in those that they call and in local actions. It gives the references of
// shelf actions as written, and what is wrong.
func Offered(files []*File, read Reader) ([]string, []ask.Problem) {
	scan := &scan{read: read, seen: map[string]bool{}, uses: map[string]bool{}}
	for _, file := range files {
		scan.workflow(file)
	}
	var uses []string
	for each := range scan.uses {
		uses = append(uses, each)
	}
	sort.Strings(uses)
	return uses, scan.problems
}

type scan struct {
	read     Reader
	seen     map[string]bool
	uses     map[string]bool
	problems []ask.Problem
}

func (s *scan) problem(code, file string, at *yamlNode, format string, arguments ...any) {
	s.problems = append(s.problems, ask.Problem{Code: code, File: file, Line: line(at), Text: fmt.Sprintf(format, arguments...)})
}

func (s *scan) workflow(file *File) {
	if s.seen[file.Path] {
		return
	}
	s.seen[file.Path] = true
	s.problems = append(s.problems, file.Problems...)
	for _, job := range pairs(get(file.Root, "jobs")) {
		if uses := get(job[1], "uses"); uses != nil {
			s.called(file.Path, uses)
			continue
		}
		s.runner(file.Path, job[1])
		for _, step := range items(get(job[1], "steps")) {
			s.step(file.Path, step)
		}
	}
}

// called is a job that is another workflow.
func (s *scan) called(file string, uses *yamlNode) {
	name := text(uses)
	inside, local := strings.CutPrefix(name, "./")
	if !local {
		s.problem(ask.Action, file, uses, "the workflow `%s` lies elsewhere, and nothing is fetched here; one of this repository works: `uses: ./.github/workflows/FILE.yml`", name)
		return
	}
	if path.Dir(inside) != ".github/workflows" {
		s.problem(ask.Action, file, uses, "`%s` isn't in .github/workflows, and only workflows there can be called", name)
		return
	}
	content, err := s.read(inside)
	if err != nil {
		s.problem(ask.Action, file, uses, "there is no `%s` in the commit", name)
		return
	}
	called := Read(inside, content)
	if len(called.Problems) == 0 && !contains(called.Events(), "workflow_call") {
		s.problem(ask.Action, file, uses, "`%s` can't be called: its `on` doesn't name workflow_call", name)
	}
	s.workflow(called)
}

func (s *scan) runner(file string, job *yamlNode) {
	if container := get(job, "container"); container != nil {
		s.problem(ask.Container, file, container, "`container` isn't offered here: jobs run on the runner itself")
	}
	if services := get(job, "services"); services != nil {
		s.problem(ask.Services, file, services, "`services` aren't offered here: nothing can start containers")
	}
	labels := get(job, "runs-on")
	if pairs(labels) != nil {
		labels = get(labels, "labels")
	}
	for _, label := range items(labels) {
		name := text(label)
		if isExpression(name) {
			s.expressions(file, label, job)
			continue
		}
		if !contains(Labels, strings.ToLower(name)) {
			s.problem(ask.Runner, file, label, "there is no runner `%s` here; there are: %s", name, strings.Join(Labels, ", "))
		}
	}
}

// expressions as labels: known when it is a key of the matrix, whose values
// can be looked at.
func (s *scan) expressions(file string, label, job *yamlNode) {
	inner := strings.TrimSpace(text(label))
	inner = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(inner, "${{"), "}}"))
	key, found := strings.CutPrefix(inner, "matrix.")
	if values := items(get(job, "strategy", "matrix", key)); found && len(values) > 0 {
		for _, each := range values {
			if name := text(each); name != "" && !contains(Labels, strings.ToLower(name)) {
				s.problem(ask.Runner, file, each, "there is no runner `%s` here; there are: %s", name, strings.Join(Labels, ", "))
			}
		}
		return
	}
	s.problem(ask.Runner, file, label, "`%s` can't be told before the run: write one of %s, or a key of the matrix", text(label), strings.Join(Labels, ", "))
}

func (s *scan) step(file string, step *yamlNode) {
	if parallel := get(step, "parallel"); parallel != nil {
		s.problem(ask.Parallel, file, parallel, "`parallel` isn't offered here: steps run one after the other")
	}
	uses := get(step, "uses")
	if uses == nil {
		return
	}
	name := text(uses)
	if inside, local := strings.CutPrefix(name, "./"); local {
		s.local(file, uses, inside)
		return
	}
	action, ref, found := strings.Cut(name, "@")
	folder := Shelf[strings.ToLower(action)]
	switch {
	case strings.HasPrefix(name, "docker://"):
		s.problem(ask.Action, file, uses, "`%s` is a container, and the runner starts none", name)
	case !found || ref == "":
		s.problem(ask.Action, file, uses, "`%s` names no version: write `%s@` and a tag or, better, a full SHA", name, action)
	case folder == "":
		s.problem(ask.Action, file, uses, "the action `%s` isn't on this lab's shelf, and nothing is fetched here; there are: %s. A `run` step does most things too", action, strings.Join(Offers(), ", "))
	default:
		s.uses[name] = true
	}
}

// local is an action of the repository itself; only composite ones can be told
// to need nothing else.
func (s *scan) local(file string, uses *yamlNode, inside string) {
	inside = path.Clean(inside)
	if s.seen[inside] {
		return
	}
	s.seen[inside] = true
	for _, name := range []string{"action.yml", "action.yaml"} {
		where := path.Join(inside, name)
		content, err := s.read(where)
		if err != nil {
			continue
		}
		root := parse(content)
		switch using := text(get(root, "runs", "using")); {
		case using == "composite":
			for _, step := range items(get(root, "runs", "steps")) {
				s.step(where, step)
			}
		case strings.HasPrefix(using, "node"):
		default:
			s.problem(ask.Action, where, get(root, "runs", "using"), "an action that runs by `%s` isn't offered here; `composite` and `node20` are", using)
		}
		return
	}
	s.problem(ask.Action, file, uses, "there is no action in `%s`: no action.yml lies there in the commit", inside)
}

// Offers are the names of the shelf's actions.
func Offers() []string {
	var offers []string
	for name := range Shelf {
		offers = append(offers, name)
	}
	sort.Strings(offers)
	return offers
}
