// Command terraform-kind is the program of the kind `terraform`: `terraform-kind run` works
// on the learner's folder with OpenTofu, as the learner, and `terraform-kind answer`, out of
// their reach, makes the answer to the lab of what came of it, or of what the files say.
// The question comes as JSON on standard input, the rest goes as JSON to standard output,
// and nothing else does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"lab.local/terraform-kind/internal/kind"
	"lab.local/terraform-kind/internal/run"
)

// work is the learner's folder.
const work = "/work"

func main() {
	// Nothing that a configuration starts may look into this process or write where it does.
	if _, _, failed := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0); failed != 0 {
		fail(fmt.Errorf("this process can't be closed to others: %w", failed))
	}
	question, err := kind.Read(os.Stdin)
	if err != nil {
		fail(err)
	}
	switch step := strings.Join(os.Args[1:], " "); step {
	case "answer":
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(kind.Answered(work, question)); err != nil {
			fail(err)
		}
	case "run":
		// At its limit the whole group is told to end. OpenTofu then gives its lock back, and
		// what it still says is waited for.
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
		exit := run.Run(ctx, work, question.Ask, os.Stdout)
		stop()
		os.Exit(exit)
	default:
		fail(fmt.Errorf("there is no step %q: `run` and `answer` are known", step))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(3)
}
