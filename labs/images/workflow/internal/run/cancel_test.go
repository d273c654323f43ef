package run

import (
	"os"
	"strings"
	"testing"
	"time"

	"lab.local/workflow/internal/ask"
)

// legs are a matrix of which `bad` fails once `slow` has begun, and of which one waits for a
// place behind them. The signal goes by a file, since all run on one machine.
func legs(t *testing.T, strategy, more string) *ground {
	t.Helper()
	flag := t.TempDir() + "/begun"
	return with(t, "push", "  a:\n    strategy: {"+strategy+" max-parallel: 2, matrix: {n: [bad, slow, queued]}}\n"+more+ubuntu+"    env: {FLAG: "+flag+"}\n    steps:\n"+
		"      - if: matrix.n == 'bad'\n        run: until test -e $FLAG; do sleep 0.05; done; exit 1\n"+
		"      - if: matrix.n == 'slow'\n        run: touch $FLAG; WAIT\n      - run: echo \"${{ matrix.n }} ended\"\n"+
		"      - {if: always(), run: 'echo \"${{ matrix.n }} ${{ job.status }}\"'}\n"+
		step("after", "echo after ${{ needs.a.result }}", "    needs: a\n    if: '!cancelled()'\n"))
}

func (g *ground) wait(command string) *ground {
	g.Helper()
	rewrite(g.T, g.work+"/.github/workflows/ci.yml", "WAIT", command)
	return g
}

func rewrite(t *testing.T, path, old, with string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(content), old) {
		t.Fatal(old, err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(content), old, with)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func said(answer *ask.Answer, lines ...string) string {
	var missing []string
	for _, line := range lines {
		if !strings.Contains(answer.Log, line) {
			missing = append(missing, line)
		}
	}
	return strings.Join(missing, ", ")
}

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategyfail-fast
func TestAFailedLegEndsTheOthersOfItsMatrix(t *testing.T) {
	for strategy, waits := range map[string]string{
		// SIGINT ends the first, SIGTERM the second, whose shell waits for what it began.
		"": "exec sleep 300", "fail-fast: true,": "sleep 300", "fail-fast: '${{ github.ref_name == ''main'' }}',": "exec sleep 300",
	} {
		answer := legs(t, strategy, "").wait(waits).push()
		if answer.Conclusion != ask.Failure || jobs(answer) != "a failure, a cancelled, a cancelled, after success" {
			t.Errorf("%s: %s %s\n%s", strategy, answer.Conclusion, jobs(answer), answer.Log)
		}
		if missing := said(answer, "| bad failure", "| slow cancelled", "| after failure", "the job was cancelled: a-1 failed"); missing != "" || strings.Contains(answer.Log, "| slow ended") || strings.Contains(answer.Log, "| queued") {
			t.Errorf("%s: %s\n%s", strategy, missing, answer.Log)
		}
		if steps := answer.Jobs[1].Steps; steps[1].Conclusion != ask.Cancelled || steps[2].Conclusion != ask.Skipped {
			t.Errorf("%+v %+v", steps[1], steps[2])
		}
	}
}

func TestLegsGoOnWhereTheirWorkflowSaysSo(t *testing.T) {
	for _, each := range [][2]string{{"fail-fast: false,", ""}, {"", "    continue-on-error: ${{ matrix.n == 'bad' }}\n"}} {
		answer := legs(t, each[0], each[1]).wait("sleep 0.2").push()
		if jobs(answer) != "a failure, a success, a success, after success" {
			t.Errorf("%s: %s %s\n%s", each, answer.Conclusion, jobs(answer), answer.Log)
		}
		if missing := said(answer, "| slow ended", "| queued ended", "| queued success"); missing != "" {
			t.Errorf("%s: %s\n%s", each, missing, answer.Log)
		}
	}
}

// A called workflow is a leg as any other, with all its jobs.
func TestAFailedLegEndsCalledWorkflows(t *testing.T) {
	flag := t.TempDir() + "/begun"
	ground := folder(t, called("  a:\n    strategy: {matrix: {n: [bad, slow]}}\n    uses: ./.github/workflows/inner.yml\n    with: {n: '${{ matrix.n }}'}\n", map[string]string{
		"inner": step("one", "if test ${{ inputs.n }} = bad; then until test -e "+flag+"; do sleep 0.05; done; exit 1; else touch "+flag+"; exec sleep 300; fi") + step("two", "echo never", "    needs: one\n"),
	}))
	rewrite(t, ground.work+"/.github/workflows/inner.yml", "{workflow_call: {", "{workflow_call: {inputs: {n: {type: string}}, ")
	answer := ground.push()
	if answer.Conclusion != ask.Failure || strings.Contains(answer.Log, "| never") || said(answer, "the job was cancelled: a-1 failed") != "" {
		t.Errorf("%s: %s\n%v\n%s", answer.Conclusion, jobs(answer), answer.Problems, answer.Log)
	}
}

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idtimeout-minutes
func TestAJobIsCancelledAfterItsTimeoutMinutes(t *testing.T) {
	job := func(minutes, sleeps string) *ask.Answer {
		ground := with(t, "push", "  a:\n"+ubuntu+"    timeout-minutes: "+minutes+"\n    steps:\n      - run: exec sleep "+sleeps+"\n      - run: echo never\n      - {if: always(), run: 'echo status ${{ job.status }}'}\n"+
			step("b", "ls", "    needs: a\n")+step("c", "ls", "    needs: a\n    if: failure()\n")+step("d", "echo d ${{ needs.a.result }}", "    needs: a\n    if: always()\n"))
		ground.minute = time.Second
		return ground.push()
	}
	for _, minutes := range []string{"1", "1.9", "${{ fromJSON('1') }}"} {
		answer := job(minutes, "300")
		if answer.Conclusion != ask.Cancelled || jobs(answer) != "a cancelled, b skipped, c skipped, d success" {
			t.Errorf("%s: %s %s\n%s", minutes, answer.Conclusion, jobs(answer), answer.Log)
		}
		if missing := said(answer, "| status cancelled", "| d cancelled", "it took longer than its `timeout-minutes`, 1"); missing != "" || strings.Contains(answer.Log, "| never") {
			t.Errorf("%s: %s\n%s", minutes, missing, answer.Log)
		}
	}
	// Time enough, a fraction that is cut off, the six hours that are usual.
	for _, minutes := range []string{"600", "0.5", "360"} {
		if answer := job(minutes, "2"); jobs(answer) != "a success, b success, c skipped, d success" {
			t.Errorf("%s: %s\n%s", minutes, jobs(answer), answer.Log)
		}
	}
}
