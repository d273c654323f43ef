// Package kind speaks the protocol of the lab's kinds of checks, version 1: a question
// comes as JSON, an answer goes as JSON. labs/kinds/terraform/kind.yaml says what may
// stand in both.
package kind

import (
	"encoding/json"
	"fmt"
	"io"
)

// largest is the most bytes of a question: the first step's output stands in it.
const largest = 64 << 20

// Question to one step.
type Question struct {
	Protocol int   `json:"protocol"`
	Ask      Asked `json:"ask"`
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

// Asked is what a lab's check asks: one of the commands, with its folder.
type Asked struct {
	Validate *string `json:"validate"`
	Fmt      *string `json:"fmt"`
	Plan     *string `json:"plan"`
	Apply    *string `json:"apply"`
	Destroy  *string `json:"destroy"`
	Output   *string `json:"output"`
	Show     *string `json:"show"`
	Test     *string `json:"test"`
	// Read is a folder whose .tf files are read, or a file.
	Read *string `json:"read"`
	// Copies is the folder with the lab's test file that tells wrong copies from equal ones.
	Copies *string           `json:"copies"`
	Vars   map[string]string `json:"vars"`
	Env    map[string]string `json:"env"`
	// Unset are environment variables of the toolbox's that aren't there.
	Unset []string `json:"unset"`
}

// Command is the one that is asked, and its folder.
func (a Asked) Command() (string, string) {
	for _, one := range []struct {
		name   string
		folder *string
	}{
		{"validate", a.Validate}, {"fmt", a.Fmt}, {"plan", a.Plan}, {"apply", a.Apply}, {"destroy", a.Destroy},
		{"output", a.Output}, {"show", a.Show}, {"test", a.Test}, {"read", a.Read},
	} {
		if one.folder != nil {
			return one.name, *one.folder
		}
	}
	return "", ""
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
