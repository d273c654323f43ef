// Package said is what the learner's step hands on to the judge's: a line of JSON for each
// thing that happens, so that all that was said is there whenever the step is ended.
package said

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
)

// Stages of a run: a command each, or what is read between them.
const (
	Init     = "init"
	Validate = "validate"
	Fmt      = "fmt"
	// Diff is how files would be formatted.
	Diff    = "diff"
	Plan    = "plan"
	Planned = "planned"
	Apply   = "apply"
	Destroy = "destroy"
	Output  = "output"
	Show    = "show"
	// Pull is the state as its backend has it.
	Pull = "pull"
	// Backend is what `init` noted of the backend.
	Backend = "backend"
	Test    = "test"
	Copies  = "copies"
)

// Killed is the exit code of what was killed.
const Killed = 137

// line has one of these. Bytes are base64: whatever a command writes, a line stays one.
type line struct {
	Stage string `json:"stage,omitempty"`
	Out   []byte `json:"out,omitempty"`
	Err   []byte `json:"err,omitempty"`
	Exit  *int   `json:"exit,omitempty"`
	Fault string `json:"fault,omitempty"`
}

// Writer takes down a run.
type Writer struct {
	to   io.Writer
	lock sync.Mutex
}

// To writes there.
func To(to io.Writer) *Writer { return &Writer{to: to} }

func (w *Writer) write(line line) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	_, err = w.to.Write(append(text, '\n'))
	return err
}

// Begin a stage.
func (w *Writer) Begin(stage string) error { return w.write(line{Stage: stage}) }

// End the stage with its command's exit code.
func (w *Writer) End(exit int) error { return w.write(line{Exit: &exit}) }

// Fault is why the stage could not be tried.
func (w *Writer) Fault(err error) error { return w.write(line{Fault: err.Error()}) }

// Out takes the stage's standard output.
func (w *Writer) Out() io.Writer {
	return stream(func(bytes []byte) error { return w.write(line{Out: bytes}) })
}

// Err takes the stage's standard error.
func (w *Writer) Err() io.Writer {
	return stream(func(bytes []byte) error { return w.write(line{Err: bytes}) })
}

type stream func([]byte) error

func (s stream) Write(bytes []byte) (int, error) { return len(bytes), s(bytes) }

// Command is a stage that was begun.
type Command struct {
	Stage    string
	Out, Err []byte
	// Exit is nil where the step ended before the command did.
	Exit *int
}

// Read what a step said. A last line that was cut off is left out; anything else that is
// none of ours is an error, and so is a fault that the step told.
func Read(text string) ([]Command, error) {
	var commands []Command
	lines := strings.SplitAfter(text, "\n")
	for number, text := range lines {
		if !strings.HasSuffix(text, "\n") {
			continue
		}
		var next line
		if err := json.Unmarshal([]byte(text), &next); err != nil {
			return nil, fmt.Errorf("line %d of the step's output can't be read: %w", number+1, err)
		}
		if next.Fault != "" {
			return nil, fmt.Errorf("%s", next.Fault)
		}
		if next.Stage != "" {
			commands = append(commands, Command{Stage: next.Stage})
			continue
		}
		if len(commands) == 0 || commands[len(commands)-1].Exit != nil {
			return nil, fmt.Errorf("line %d of the step's output belongs to no stage", number+1)
		}
		last := &commands[len(commands)-1]
		last.Out = append(last.Out, next.Out...)
		last.Err = append(last.Err, next.Err...)
		last.Exit = next.Exit
	}
	return commands, nil
}
