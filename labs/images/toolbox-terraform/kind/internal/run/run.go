// Package run works on the learner's folder, as the learner, and hands on what the tool says.
package run

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"lab.local/terraform-kind/internal/copies"
	"lab.local/terraform-kind/internal/kind"
	"lab.local/terraform-kind/internal/said"
)

const (
	// planFile is what is applied: what was planned and read.
	planFile = "/tmp/lab.tfplan"
	// mostCopies are made of a configuration, each wrong in one way.
	mostCopies = 16
	// leftOpen is how long what a command left behind may keep its output open.
	leftOpen = 2 * time.Second
	// told is the exit code of a step that was told to end.
	told = 128 + int(syscall.SIGTERM)
)

// Run does what is asked and writes what is said; the exit code of the step.
func Run(ctx context.Context, work string, asked kind.Asked, to io.Writer) int {
	run := run{ctx: ctx, said: said.To(to)}
	err := run.all(work, asked)
	switch {
	case ctx.Err() != nil:
		return told
	case err == nil || errors.Is(err, errEnough):
		// The engine asks the kernel why something was killed.
		if run.exit == said.Killed {
			return said.Killed
		}
		return 0
	}
	if run.said.Fault(err) != nil {
		return 3
	}
	return 0
}

// errEnough ends a run in which a command failed.
var errEnough = errors.New("a command failed")

type run struct {
	ctx  context.Context
	said *said.Writer
	exit int
}

func (r *run) all(work string, asked kind.Asked) error {
	command, folder := asked.Command()
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(work, folder)
	}
	if err := os.Chdir(folder); err != nil {
		return r.noFolder(err)
	}
	for name, value := range settings(asked) {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	for _, name := range asked.Unset {
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	switch command {
	case "fmt":
		err := r.tofu(said.Fmt, "fmt", "-check", "-recursive", "-no-color")
		if errors.Is(err, errEnough) {
			return r.tofu(said.Diff, "fmt", "-check", "-diff", "-recursive", "-no-color")
		}
		return err
	case "output":
		return r.tofu(said.Output, "output", "-json")
	case "show":
		return first(
			func() error { return r.tofu(said.Show, "show", "-json") },
			func() error { return r.tofu(said.Pull, "state", "pull") },
			r.backend,
		)
	}
	if command == "validate" {
		return first(r.prepareWithoutState, func() error { return r.tofu(said.Validate, "validate", "-json") })
	}
	if err := r.prepare(); err != nil {
		return err
	}
	plan := func() error {
		return first(
			func() error { return r.tofu(said.Plan, "plan", "-json", "-lock-timeout=5s", "-out="+planFile) },
			func() error { return r.tofu(said.Planned, "show", "-json", planFile) },
		)
	}
	show := func() error { return r.tofu(said.Show, "show", "-json") }
	switch command {
	case "plan":
		return plan()
	case "apply":
		return first(plan, func() error { return r.tofu(said.Apply, "apply", "-json", planFile) }, show)
	case "destroy":
		return first(func() error {
			return r.tofu(said.Destroy, "apply", "-destroy", "-auto-approve", "-json", "-lock-timeout=5s")
		}, show)
	case "test":
		if asked.Copies != nil {
			return r.copies(*asked.Copies)
		}
		return r.tofu(said.Test, "test", "-json")
	}
	return fmt.Errorf("nothing is asked")
}

// settings are the environment of all commands.
func settings(asked kind.Asked) map[string]string {
	found := map[string]string{"TF_IN_AUTOMATION": "1", "TF_INPUT": "0"}
	for name, value := range asked.Vars {
		found["TF_VAR_"+name] = value
	}
	for name, value := range asked.Env {
		found[name] = value
	}
	return found
}

func first(stages ...func() error) error {
	for _, stage := range stages {
		if err := stage(); err != nil {
			return err
		}
	}
	return nil
}

// noFolder tells of it as the tool tells of one without files.
func (r *run) noFolder(err error) error {
	diagnostic, _ := json.Marshal(map[string]any{"diagnostic": map[string]string{
		"severity": "error", "summary": "No configuration files", "detail": "The folder isn't there: " + err.Error(),
	}})
	return r.stage(said.Init, func(out, _ io.Writer) (int, error) {
		_, err := out.Write(append(diagnostic, '\n'))
		return 1, err
	})
}

// stage does something that says what it does; what failed is the last.
func (r *run) stage(name string, does func(out, err io.Writer) (int, error)) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	if err := r.said.Begin(name); err != nil {
		return err
	}
	exit, err := does(r.said.Out(), r.said.Err())
	if err != nil {
		return err
	}
	r.exit = exit
	if err := r.said.End(exit); err != nil {
		return err
	}
	if exit != 0 {
		return errEnough
	}
	return nil
}

func (r *run) tofu(stage string, arguments ...string) error {
	return r.stage(stage, func(out, err io.Writer) (int, error) { return tofu(out, err, arguments...) })
}

// tofu runs to its end: at the step's limit it is told to end as this program is.
func tofu(out, err io.Writer, arguments ...string) (int, error) {
	command := exec.Command("tofu", arguments...)
	command.Stdout, command.Stderr, command.WaitDelay = out, err, leftOpen
	failure := command.Run()
	state := command.ProcessState
	if state == nil {
		return 0, failure
	}
	if status, is := state.Sys().(syscall.WaitStatus); is && status.Signaled() {
		return 128 + int(status.Signal()), nil
	}
	return state.ExitCode(), nil
}

// backend is what `init` noted.
func (r *run) backend() error {
	return r.stage(said.Backend, func(out, _ io.Writer) (int, error) {
		noted, err := os.ReadFile(".terraform/terraform.tfstate")
		if err != nil {
			noted = []byte("{}")
		}
		_, err = out.Write(noted)
		return 0, err
	})
}

func (r *run) copies(probe string) error {
	return r.stage(said.Copies, func(out, said io.Writer) (int, error) {
		report, err := copies.Judge(r.ctx, ".", probe, mostCopies)
		if err != nil {
			_, err = fmt.Fprintln(said, "wrong copies:", err)
			return 1, err
		}
		return 0, json.NewEncoder(out).Encode(report)
	})
}
