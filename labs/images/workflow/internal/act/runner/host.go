package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/nektos/act/pkg/common"
	"github.com/nektos/act/pkg/container"
	"github.com/nektos/act/pkg/lookpath"
)

// host is the machine that a job's steps run on: act's, but that they have no terminal
// here, as on GitHub, and that all they said is heard before a step is over. act's own
// forgets what it hasn't read yet of a step that fails.
type host struct{ *container.HostEnvironment }

// drained is how long GitHub's runner goes on listening once a step's own program has
// ended, for what it left in the background may still hold its output.
const drained = 5 * time.Second

// A step that is cancelled gets SIGINT, then SIGTERM, and is killed with all its group:
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
const (
	untilTerm = 7500 * time.Millisecond
	untilKill = 2500 * time.Millisecond
)

func (h *host) Exec(command []string, env map[string]string, _, workdir string) common.Executor {
	return func(ctx context.Context) error {
		err := h.run(ctx, command, env, workdir)
		if err != nil && ctx.Err() != nil {
			return fmt.Errorf("this step has been cancelled: %w", err)
		}
		return err
	}
}

func (h *host) run(ctx context.Context, command []string, env map[string]string, workdir string) error {
	program, err := lookpath.LookPath2(command[0], &localEnv{env: env})
	if err != nil {
		err = fmt.Errorf("Cannot find: %s in PATH", command[0])
		fmt.Fprintln(h.StdOut, err)
		return err
	}
	lines := &lines{to: h.StdOut}
	defer lines.end()
	started := exec.Command(program)
	started.Args, started.Dir = command, h.Path
	if filepath.IsAbs(workdir) {
		started.Dir = workdir
	} else if workdir != "" {
		started.Dir = filepath.Join(h.Path, workdir)
	}
	for name, value := range env {
		started.Env = append(started.Env, name+"="+value)
	}
	slices.Sort(started.Env)
	started.Stdout, started.Stderr = lines, lines
	// A session of its own: nothing in it finds a terminal.
	started.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	started.WaitDelay = drained
	if err := started.Start(); err != nil {
		return err
	}
	over := make(chan struct{})
	go end(ctx, started.Process.Pid, over)
	err = started.Wait()
	close(over)
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

// end ends a step's program once it has to, and sees to it that it does.
func end(ctx context.Context, process int, over <-chan struct{}) {
	select {
	case <-over:
		return
	case <-ctx.Done():
	}
	if errors.Is(context.Cause(ctx), errCancelled) {
		for _, next := range []struct {
			signal  syscall.Signal
			patient time.Duration
		}{{syscall.SIGINT, untilTerm}, {syscall.SIGTERM, untilKill}} {
			_ = syscall.Kill(process, next.signal)
			select {
			case <-over:
				return
			case <-time.After(next.patient):
			}
		}
	}
	_ = syscall.Kill(-process, syscall.SIGKILL)
}

// errCancelled is why a step is ended whose job is cancelled.
var errCancelled = errors.New("the job was cancelled")

// lines hands on what a step says, and ends its last line for it.
type lines struct {
	to   io.Writer
	open bool
}

func (l *lines) Write(said []byte) (int, error) {
	if len(said) > 0 {
		l.open = said[len(said)-1] != '\n'
	}
	return l.to.Write(said)
}

func (l *lines) end() {
	if l.open {
		_, _ = l.to.Write([]byte("\n"))
	}
}
