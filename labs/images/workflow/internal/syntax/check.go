package syntax

import (
	"fmt"
	"regexp"
	"strings"

	"lab.local/workflow/internal/ask"
)

// identifier is what jobs and steps may be called; two `_` at its start are GitHub's own.
var identifier = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_-]{0,98}|_([A-Za-z0-9-][A-Za-z0-9_-]{0,97})?)$`)

// check says what the schema can't: names that nothing has, circles.
func (f *File) check() {
	jobs := get(f.Root, "jobs")
	if len(pairs(jobs)) == 0 {
		f.problem(ask.Schema, line(jobs), "there is no job")
	}
	known := map[string][]string{}
	for _, job := range pairs(jobs) {
		known[job[0].Value] = texts(get(job[1], "needs"))
		f.named(job[0], job[0].Value)
	}
	for _, job := range pairs(jobs) {
		name := job[0].Value
		needs := get(job[1], "needs")
		for _, need := range items(needs) {
			if _, found := known[text(need)]; !found {
				f.problem(ask.Schema, need.Line, fmt.Sprintf("`needs` names `%s`, and there is no such job; there are: %s", text(need), strings.Join(names(jobs), ", ")))
			}
		}
		if get(job[1], "uses") == nil && len(items(get(job[1], "steps"))) == 0 {
			f.problem(ask.Schema, job[0].Line, fmt.Sprintf("the job `%s` has no steps", name))
		}
		f.checkSteps(name, job[1])
		if circle(name, known, map[string]bool{}) {
			f.problem(ask.Schema, line(needs), fmt.Sprintf("the job `%s` needs itself, by way of its `needs`", name))
		}
	}
}

func (f *File) checkSteps(job string, node *yamlNode) {
	ids := map[string]bool{}
	for _, step := range items(get(node, "steps")) {
		node := get(step, "id")
		id := text(node)
		if id == "" {
			continue
		}
		f.named(node, id)
		if ids[id] {
			f.problem(ask.Schema, node.Line, fmt.Sprintf("two steps of the job `%s` have the id `%s`", job, id))
		}
		ids[id] = true
	}
}

func (f *File) named(at *yamlNode, name string) {
	if !identifier.MatchString(name) {
		f.problem(ask.Schema, at.Line, fmt.Sprintf("`%s` is no name for a job or a step: it begins with a letter or one _, holds only letters, digits, - and _, and is shorter than 100", name))
	}
}

func names(mapping *yamlNode) []string {
	var found []string
	for _, pair := range pairs(mapping) {
		found = append(found, pair[0].Value)
	}
	return found
}

// circle tells whether a job's needs lead back to it.
func circle(from string, needs map[string][]string, seen map[string]bool) bool {
	var walk func(at string) bool
	walk = func(at string) bool {
		for _, next := range needs[at] {
			if next == from {
				return true
			}
			if !seen[next] {
				seen[next] = true
				if walk(next) {
					return true
				}
			}
		}
		return false
	}
	return walk(from)
}
