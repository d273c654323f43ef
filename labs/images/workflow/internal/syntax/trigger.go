package syntax

import (
	"fmt"
	"strings"

	"github.com/nektos/act/pkg/workflowpattern"
)

// Happening is an event as GitHub names it, with all that filters look at.
type Happening struct {
	// Event is `push`, `pull_request`, `pull_request_target`, `workflow_dispatch`.
	Event string
	// Branch that was pushed to, or that a pull request is to be merged into.
	Branch string
	// Tag that was pushed.
	Tag string
	// Type of a pull request's event, such as `opened`.
	Type string
	// Paths that changed.
	Paths []string
	// Message of the commit.
	Message string
}

// usualTypes are those of pull requests' events without `types`.
var usualTypes = []string{"opened", "synchronize", "reopened"}

// skips are the marks in a commit's message with which nothing runs.
var skips = []string{"[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"}

// Triggered tells whether a workflow runs, and if not, why.
func (f *File) Triggered(happening Happening) (bool, string) {
	on, listed := f.on(happening.Event)
	if !listed {
		return false, fmt.Sprintf("`on` doesn't name %s", happening.Event)
	}
	switch happening.Event {
	case "push", "pull_request":
		for _, skip := range skips {
			if strings.Contains(happening.Message, skip) {
				return false, fmt.Sprintf("the commit's message says %s", skip)
			}
		}
	}
	switch happening.Event {
	case "push":
		return pushed(on, happening)
	case "pull_request", "pull_request_target":
		types := texts(get(on, "types"))
		if len(types) == 0 {
			types = usualTypes
		}
		if !contains(types, happening.Type) {
			return false, fmt.Sprintf("`types` doesn't name %s", happening.Type)
		}
		if passed, why := filtered(on, "branches", "the pull request's base", happening.Branch); !passed {
			return false, why
		}
		return filtered(on, "paths", "", happening.Paths...)
	}
	return true, ""
}

// pushed tells whether a push of a branch or a tag triggers.
func pushed(on *yamlNode, happening Happening) (bool, string) {
	kind, name, other, words := "branches", happening.Branch, "tags", "the branch"
	if happening.Tag != "" {
		kind, name, other, words = "tags", happening.Tag, "branches", "the tag"
	}
	if !has(on, kind) && has(on, other) {
		return false, fmt.Sprintf("only %s trigger it, and this was %s %s", other, words, name)
	}
	if passed, why := filtered(on, kind, words, name); !passed {
		return false, why
	}
	if happening.Tag != "" {
		// GitHub doesn't look at paths when a tag is pushed.
		return true, ""
	}
	return filtered(on, "paths", "", happening.Paths...)
}

func has(on *yamlNode, kind string) bool {
	return get(on, kind) != nil || get(on, kind+"-ignore") != nil
}

// filtered tells whether names pass `KIND` and `KIND-ignore`.
func filtered(on *yamlNode, kind, words string, given ...string) (bool, string) {
	told := words + " " + strings.Join(given, ", ")
	if words == "" {
		told = "what changed"
	}
	if wanted := texts(get(on, kind)); len(wanted) > 0 {
		patterns, err := workflowpattern.CompilePatterns(wanted...)
		if err != nil {
			return false, fmt.Sprintf("`%s` can't be read: %s", kind, err)
		}
		if workflowpattern.Skip(patterns, given, &workflowpattern.EmptyTraceWriter{}) {
			return false, fmt.Sprintf("`%s` doesn't name %s", kind, told)
		}
	}
	if ignored := texts(get(on, kind+"-ignore")); len(ignored) > 0 {
		patterns, err := workflowpattern.CompilePatterns(ignored...)
		if err != nil {
			return false, fmt.Sprintf("`%s-ignore` can't be read: %s", kind, err)
		}
		if workflowpattern.Filter(patterns, given, &workflowpattern.EmptyTraceWriter{}) {
			return false, fmt.Sprintf("`%s-ignore` names %s", kind, told)
		}
	}
	return true, ""
}

// on is what stands behind an event, and whether it is named at all.
func (f *File) on(event string) (*yamlNode, bool) {
	on := get(f.Root, "on")
	if mapping := pairs(on); mapping != nil {
		for _, pair := range mapping {
			if pair[0].Value == event {
				return pair[1], true
			}
		}
		return nil, false
	}
	return nil, contains(texts(on), event)
}

// Events that the workflow names.
func (f *File) Events() []string {
	on := get(f.Root, "on")
	if mapping := pairs(on); mapping != nil {
		return names(on)
	}
	return texts(on)
}

// Inputs checks a dispatch's inputs as GitHub does, and gives all with their
// defaults.
func (f *File) Inputs(given map[string]string) (map[string]string, string) {
	on, _ := f.on("workflow_dispatch")
	all := map[string]string{}
	declared := pairs(get(on, "inputs"))
	for _, input := range declared {
		name, kind := input[0].Value, text(get(input[1], "type"))
		value, found := given[name]
		if !found {
			value = text(get(input[1], "default"))
			if kind == "boolean" && value == "" {
				value = "false"
			}
			if kind == "choice" && value == "" {
				if options := texts(get(input[1], "options")); len(options) > 0 {
					value = options[0]
				}
			}
			if value == "" && text(get(input[1], "required")) == "true" {
				return nil, fmt.Sprintf("the input `%s` is required, and wasn't given", name)
			}
		}
		options := texts(get(input[1], "options"))
		switch {
		case kind == "boolean" && value != "true" && value != "false":
			return nil, fmt.Sprintf("the input `%s` is a boolean, and was given %q", name, value)
		case kind == "choice" && !contains(options, value):
			return nil, fmt.Sprintf("the input `%s` is one of %s, and was given %q", name, strings.Join(options, ", "), value)
		}
		all[name] = value
	}
	for _, name := range sorted(given) {
		if _, found := all[name]; !found {
			return nil, fmt.Sprintf("there is no input `%s`", name)
		}
	}
	return all, ""
}

func contains(list []string, item string) bool {
	for _, each := range list {
		if each == item {
			return true
		}
	}
	return false
}
