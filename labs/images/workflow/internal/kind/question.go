// Package kind speaks the protocol of the lab's kinds of checks, version 1: a question
// comes as JSON, an answer goes as JSON. labs/kinds/workflow/kind.yaml says what may
// stand in both.
package kind

import (
	"encoding/json"
	"fmt"
	"io"

	"lab.local/workflow/internal/ask"
)

// largest is the most bytes of a question: a run's output stands in it.
const largest = 64 << 20

// Question to one step.
type Question struct {
	Protocol int   `json:"protocol"`
	Ask      Asked `json:"ask"`
	// Limit is after how many milliseconds the step should be done.
	Limit int64 `json:"limit-ms"`
	// Steps are those that were taken before.
	Steps []Done `json:"steps"`
}

// Done is a step that was taken.
type Done struct {
	Exit int `json:"exit"`
	// Ended is why it was ended early; empty when it wasn't.
	Ended  string `json:"ended"`
	Time   int64  `json:"time-ms"`
	Stdout string `json:"stdout"`
	Stderr string `json:"stderr"`
}

// Asked is what a lab's check asks: an event, or one of Model and Run.
type Asked struct {
	Push        *string `json:"push"`
	Tag         *string `json:"tag"`
	Dispatch    *string `json:"dispatch"`
	PullRequest *Pull   `json:"pull-request"`
	// Model is the folder whose workflows are read.
	Model *string `json:"model"`
	// Run is the document of an earlier answer.
	Run      *string           `json:"run"`
	Inputs   map[string]string `json:"inputs"`
	Workflow string            `json:"workflow"`
	Change   *Change           `json:"change"`
}

// Pull is a pull request; what is nil is as usual.
type Pull struct {
	From   string  `json:"from"`
	Title  *string `json:"title"`
	Body   *string `json:"body"`
	Branch *string `json:"branch"`
	Base   *string `json:"base"`
	Action *string `json:"action"`
}

// Change is a commit on top of the learner's folder.
type Change struct {
	Message string `json:"message"`
	Edit    []Edit `json:"edit"`
}

// Edit of one file: File with one of write, append, replace and with; or Delete.
type Edit struct {
	File    string  `json:"file"`
	Write   *string `json:"write"`
	Append  *string `json:"append"`
	Replace *string `json:"replace"`
	With    string  `json:"with"`
	Delete  *string `json:"delete"`
}

// Read a question.
func Read(from io.Reader) (Question, error) {
	var question Question
	text, err := io.ReadAll(io.LimitReader(from, largest))
	if err != nil {
		return question, err
	}
	if err := json.Unmarshal(text, &question); err != nil {
		return question, fmt.Errorf("the question can't be read: %w", err)
	}
	if question.Protocol != 1 {
		return question, fmt.Errorf("the lab speaks protocol %d, and this program 1", question.Protocol)
	}
	return question, nil
}

// Happening is the event that is asked about, with the commit before it.
func (a Asked) Happening() (ask.Question, error) {
	or := func(text *string, usual string) string {
		if text == nil {
			return usual
		}
		return *text
	}
	var happening ask.Question
	event := &happening.Event
	switch {
	case a.Push != nil:
		*event = ask.Event{Name: ask.Push, Branch: *a.Push}
	case a.Tag != nil:
		*event = ask.Event{Name: ask.Tag, Tag: *a.Tag}
	case a.Dispatch != nil:
		*event = ask.Event{Name: ask.Dispatch, Branch: *a.Dispatch, Inputs: a.Inputs, Workflow: a.Workflow}
	case a.PullRequest != nil:
		pull := a.PullRequest
		*event = ask.Event{
			Name: ask.PullRequest, Fork: pull.From == "fork", Title: or(pull.Title, "A change"), Body: or(pull.Body, ""),
			Branch: or(pull.Branch, "patch-1"), Base: or(pull.Base, "main"), Action: or(pull.Action, "opened"),
		}
	default:
		return happening, fmt.Errorf("no event is asked about")
	}
	if a.Change == nil {
		return happening, nil
	}
	happening.Change = &ask.Change{Message: a.Change.Message}
	for _, edit := range a.Change.Edit {
		made := ask.Edit{File: edit.File, Write: edit.Write, Append: edit.Append, Replace: edit.Replace, With: edit.With}
		if edit.Delete != nil {
			made = ask.Edit{File: *edit.Delete, Delete: true}
		}
		happening.Change.Edit = append(happening.Change.Edit, made)
	}
	return happening, nil
}
