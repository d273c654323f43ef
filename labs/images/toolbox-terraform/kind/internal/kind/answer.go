package kind

import (
	"errors"
	"fmt"
	"strings"

	"lab.local/terraform-kind/internal/configuration"
	"lab.local/terraform-kind/internal/said"
)

// Answer is values, or why there are none.
type Answer struct {
	Fields map[string]any `json:"fields,omitempty"`
	// More stands beside the fields in the document.
	More     map[string]any `json:"more,omitempty"`
	Evidence []Evidence     `json:"evidence,omitempty"`
	Trouble  *Trouble       `json:"trouble,omitempty"`
}

// Evidence is a text that helps to read a failure.
type Evidence struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Trouble is why there are no values.
type Trouble struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail,omitempty"`
	What   string `json:"what,omitempty"`
	Path   string `json:"path,omitempty"`
}

// fewestCopies must have counted, for tests to have been judged at all.
const fewestCopies = 3

func fault(format string, values ...any) Answer {
	return Answer{Trouble: &Trouble{Kind: "fault", Detail: fmt.Sprintf(format, values...)}}
}

// Answered is the answer to a question to the last step.
func Answered(work string, question Question) Answer {
	if path := question.Ask.Read; path != nil {
		return ofFiles(work, *path)
	}
	if len(question.Steps) != 1 {
		return fault("nothing was run")
	}
	return ofRun(question.Steps[0])
}

// ofRun is the answer that the learner's step makes, however it ended.
func ofRun(done Done) Answer {
	commands, err := said.Read(done.Stdout)
	switch {
	case err != nil:
		return fault("%s", err)
	case len(commands) == 0 && done.Ended == "":
		lines := strings.Split(strings.TrimSpace(done.Stderr), "\n")
		return fault("the step ended with exit code %d: %s", done.Exit, lines[len(lines)-1])
	}
	if len(commands) == 0 {
		commands = []said.Command{{Stage: said.Init}}
	}
	found := newFindings()
	for index, command := range commands {
		exit, ended := command.Exit, ""
		if index == len(commands)-1 && (exit == nil || done.Ended != "") {
			// The step ended with its last command.
			exit, ended = &done.Exit, done.Ended
		}
		if exit == nil {
			return fault("the step began `%s` before the end of `%s`", commands[index+1].Stage, command.Stage)
		}
		found.take(command, *exit, ended)
	}
	if found.counted != nil && *found.counted < fewestCopies {
		return fault("only %d wrong copies of this work could be made, so its tests can't be judged", *found.counted)
	}
	return found.answer(done.Time)
}

// ofFiles is the answer that a configuration makes by what its files say.
func ofFiles(work, path string) Answer {
	read, err := configuration.Read(work, path)
	switch {
	case errors.Is(err, configuration.ErrNoFile):
		return Answer{Trouble: &Trouble{Kind: "no-file", Path: path}}
	case err != nil:
		return fault("%s", err)
	case read.Excess != "":
		return Answer{Trouble: &Trouble{Kind: "not-here", What: read.Excess}}
	}
	found := newFindings()
	found.stage = "read"
	for _, one := range read.Problems {
		found.errors = append(found.errors, map[string]any{
			"summary": one.Summary, "detail": one.Detail, "address": "", "file": one.File, "line": one.Line, "code": one.Code,
		})
	}
	found.failed = len(found.errors) > 0
	if !found.failed {
		found.more["config"] = read.Config
	}
	return found.answer(0)
}
