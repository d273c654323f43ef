package run

import (
	"fmt"
	"strings"
	"testing"

	"lab.local/workflow/internal/ask"
)

func TestNobodyIsAtTheKeyboard(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps: [{run: '! read answer; for each in 0 1 2; do ! test -t $each; done; ! (: < /dev/tty)'}]\n")
	ground.is(ground.push(), ask.Success, "a success")
}

// However much a step says before it fails, the end of it is told, without a last newline too.
func TestTheLastWordsOfAFailedStepAreTold(t *testing.T) {
	var steps strings.Builder
	for number := range 10 {
		fmt.Fprintf(&steps, "      - {run: 'seq 4000; printf word-%d; exit 1', continue-on-error: true}\n", number)
	}
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n"+steps.String()+"      - run: seq 4000; printf last; exit 1\n")
	answer := ground.push()
	ground.is(answer, ask.Failure, "a failure")
	if said := answer.Jobs[0].Steps[10].Log; !strings.HasSuffix(said, "\n4000\nlast") {
		t.Error(said)
	}
	if !strings.Contains(answer.Log, "| word-9\n") || !strings.Contains(answer.Log, "| last\n") {
		t.Error(answer.Log)
	}
}

// What a step leaves in the background goes on in the job's other steps, and holds nothing up.
func TestABackgroundProcessOutlivesItsStep(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - run: sleep 100 & echo $! > pid\n      - run: kill $(cat pid)\n")
	ground.is(ground.push(), ask.Success, "a success")
}
