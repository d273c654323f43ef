package run

import (
	"strings"
	"testing"
	"time"

	"lab.local/workflow/internal/ask"
)

// step is a job of one step.
func step(name, command string, more ...string) string {
	return "  " + name + ":\n" + strings.Join(more, "") + ubuntu + "    steps: [{run: '" + command + "'}]\n"
}

func called(caller string, files map[string]string) map[string]string {
	all := map[string]string{".github/workflows/ci.yml": "name: CI\non: push\njobs:\n" + caller, "file": "text\n"}
	for name, jobs := range files {
		all[".github/workflows/"+name+".yml"] = "name: " + name + "\non: {workflow_call: {outputs: {word: {value: '${{ jobs.last.outputs.word }}'}}}}\njobs:\n" + jobs
	}
	return all
}

// Whichever of the called jobs ends last, one that failed makes a failure.
func TestACalledWorkflowIsWhatAllItsJobsAre(t *testing.T) {
	caller := "  checks:\n    uses: ./.github/workflows/checks.yml\n" + step("deploy", "ls", "    needs: checks\n") +
		step("mourn", "ls", "    needs: checks\n    if: failure()\n")
	for jobs, want := range map[string]string{
		step("lint", "exit 1") + step("last", "sleep 0.5"):                           "failure skipped success",
		step("lint", "sleep 0.5; exit 1") + step("last", "ls"):                       "failure skipped success",
		step("lint", "ls") + step("last", "ls", "    if: false\n"):                   "success success skipped",
		step("lint", "exit 1", "    continue-on-error: true\n") + step("last", "ls"): "success success skipped",
		step("last", "ls", "    if: false\n"):                                        "skipped skipped skipped",
		step("lint", "exit 1") + step("last", "ls", "    needs: lint\n"):             "failure skipped success",
	} {
		answer := folder(t, called(caller, map[string]string{"checks": jobs})).push()
		found := map[string]string{}
		for _, each := range answer.Jobs {
			found[each.Job] = each.Conclusion
		}
		if got := found["checks"] + " " + found["deploy"] + " " + found["mourn"]; got != want {
			t.Errorf("%s: %s, not %s\n%s", jobs, got, want, answer.Log)
		}
	}
}

func TestAFailureTwoCallsDeepIsTheCallers(t *testing.T) {
	answer := folder(t, called(
		"  checks:\n    uses: ./.github/workflows/outer.yml\n"+step("deploy", "ls", "    needs: checks\n"),
		map[string]string{
			"outer": "  deep:\n    uses: ./.github/workflows/inner.yml\n" + step("other", "sleep 0.3") + step("last", "ls", "    needs: deep\n    if: always()\n"),
			"inner": step("bad", "exit 1") + step("last", "sleep 0.2"),
		})).push()
	told := jobs(answer)
	if answer.Conclusion != ask.Failure || !strings.Contains(told, "deploy skipped") || !strings.Contains(told, "last success") {
		t.Errorf("%s: %s\n%s", answer.Conclusion, told, answer.Log)
	}
}

func TestOneLegThatFailsMakesTheMatrixAFailure(t *testing.T) {
	for _, bad := range []string{"1", "2", "3"} {
		ground := with(t, "push", "  a:\n    strategy: {fail-fast: false, matrix: {n: [1, 2, 3]}}\n"+ubuntu+"    steps: [{run: 'test ${{ matrix.n }} != "+bad+"'}]\n"+
			step("b", "ls", "    needs: a\n")+step("c", "test ${{ needs.a.result }} = failure", "    needs: a\n    if: always()\n"))
		answer := ground.push()
		if told := jobs(answer); !strings.Contains(told, "b skipped") || !strings.Contains(told, "c success") || answer.Conclusion != ask.Failure {
			t.Errorf("%s: %s\n%s", bad, told, answer.Log)
		}
	}
}

// One leg is excused by an expression, and the others count.
func TestContinueOnErrorByAnExpression(t *testing.T) {
	for bad, want := range map[string]string{"1": ask.Success, "2": ask.Failure} {
		ground := with(t, "push", "  a:\n    strategy: {matrix: {include: [{n: 1, mild: true}, {n: 2}]}}\n    continue-on-error: ${{ matrix.mild == true }}\n"+
			ubuntu+"    steps: [{run: 'test ${{ matrix.n }} != "+bad+"'}]\n"+step("b", "ls", "    needs: a\n"))
		if answer := ground.push(); answer.Conclusion != want {
			t.Errorf("%s: %s, not %s\n%s", bad, answer.Conclusion, want, answer.Log)
		}
	}
}

func TestOutputsOfASkippedJobAreEmpty(t *testing.T) {
	ground := with(t, "push", "  a:\n    if: false\n    outputs: {word: '${{ steps.s.outputs.word }}'}\n"+ubuntu+"    steps: [{id: s, run: 'echo word=x >> $GITHUB_OUTPUT'}]\n"+
		step("b", "test -z \"${{ needs.a.outputs.word }}\"", "    needs: a\n    if: always()\n"))
	ground.is(ground.push(), ask.Success, "a skipped, b success")
}

func TestOutputsOfACalledWorkflowAreWhatItSays(t *testing.T) {
	answer := folder(t, called(
		"  a:\n    uses: ./.github/workflows/one.yml\n"+step("b", "test \"${{ needs.a.outputs.word }}\" = yes", "    needs: a\n"),
		map[string]string{"one": "  last:\n    outputs: {word: '${{ steps.s.outputs.word }}'}\n" + ubuntu + "    steps: [{id: s, run: 'echo word=yes >> $GITHUB_OUTPUT'}]\n" + step("other", "sleep 0.3")})).push()
	if answer.Conclusion != ask.Success {
		t.Errorf("%s\n%s", jobs(answer), answer.Log)
	}
}

func TestContextsAreFilled(t *testing.T) {
	ground := with(t, "push", "  a:\n    strategy: {matrix: {zone: [x, y]}}\n"+ubuntu+"    steps:\n      - run: echo 'leg ${{ strategy.job-index }} of ${{ strategy.job-total }}'\n"+
		"  b:\n"+ubuntu+"    steps:\n      - run: echo 'only ${{ strategy.job-index }} of ${{ strategy.job-total }} by ${{ github.triggering_actor }} in ${{ github.workflow_ref }} on ${{ runner.environment }}'\n"+
		"      - run: test \"$GITHUB_WORKFLOW_REF\" = \"${{ github.workflow_ref }}\"\n"+
		"      - run: test \"${{ case(github.ref == 'refs/heads/main', 'here', 'nowhere') }} ${{ case(false, 'a', 'b') }}\" = 'here b'\n")
	answer := ground.push()
	if answer.Conclusion != ask.Success {
		t.Errorf("%v\n%s", answer.Problems, answer.Log)
	}
	for _, line := range []string{"leg 0 of 2", "leg 1 of 2", "only 0 of 1 by learner in learner/pli/.github/workflows/ci.yml@refs/heads/main on github-hosted"} {
		if !strings.Contains(answer.Log, line) {
			t.Errorf("%s: %s", line, answer.Log)
		}
	}
}

// What a caller may see is what the called may, at any depth, and not more.
func TestSecretsAreInherited(t *testing.T) {
	inner := step("last", "test \"${{ secrets.TOKEN }}\" = ${{ vars.WANT }} && test \"${{ secrets[format(''{0}'', ''TOKEN'')] }}\" = ${{ vars.WANT }}")
	for how, want := range map[string]string{"    secrets: inherit\n": "tok-4e9a1b7c33", "": ""} {
		ground := folder(t, called("  a:\n    uses: ./.github/workflows/outer.yml\n"+how, map[string]string{
			"outer": "  last:\n    uses: ./.github/workflows/inner.yml\n    secrets: inherit\n", "inner": strings.ReplaceAll(inner, "${{ vars.WANT }}", "\"${{ vars.WANT }}\""),
		}))
		ground.values.Secrets = map[string]string{"TOKEN": "tok-4e9a1b7c33"}
		ground.values.Vars = map[string]string{"WANT": want}
		if answer := ground.push(); answer.Conclusion != ask.Success {
			t.Errorf("%q: %v\n%s", how, answer.Problems, answer.Log)
		}
	}
}

func TestTwoWorkflowsHaveArtifactsOfTheirOwn(t *testing.T) {
	one := "on: push\njobs:\n  a:\n" + ubuntu + "    steps:\n      - run: echo ${{ github.workflow }} > f\n      - {uses: actions/upload-artifact@v4, with: {name: site, path: f}}\n"
	ground := folder(t, map[string]string{".github/workflows/a.yml": "name: A\n" + one, ".github/workflows/b.yml": "name: B\n" + one})
	answer := ground.run(ask.Event{Name: ask.Push, Branch: "main"}, time.Minute)
	if answer.Conclusion != ask.Success || len(answer.Artifacts) != 2 || answer.Artifacts[0].Digest == answer.Artifacts[1].Digest {
		t.Errorf("%+v\n%s", answer.Artifacts, answer.Log)
	}
}

// What a step writes into the runner's folder is no artifact, and a change is noticed.
func TestArtifactsAreWhatTheActionUploaded(t *testing.T) {
	forge := "      - run: |\n          mkdir -p $LAB_ARTIFACTS/forged && echo x > $LAB_ARTIFACTS/forged/f\n          printf '{\"name\":\"forged\",\"digest\":\"sha256:0\",\"uploaded-by\":\"a\",\"downloaded-by\":[\"a\"]}' > $LAB_ARTIFACTS/forged.json\n"
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n"+forge)
	answer := ground.push()
	if answer.Conclusion != ask.Success || len(answer.Artifacts) != 0 {
		t.Errorf("%+v\n%s", answer.Artifacts, answer.Log)
	}
	ground = with(t, "push", "  a:\n"+ubuntu+"    steps:\n"+forge+"      - {uses: actions/download-artifact@v4, with: {name: forged}}\n")
	if answer = ground.push(); answer.Conclusion != ask.Failure {
		t.Error(answer.Log)
	}
	ground = with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - run: echo x > f\n      - {uses: actions/upload-artifact@v4, with: {name: n, path: f}}\n      - run: echo y > $LAB_ARTIFACTS/n/f\n      - {uses: actions/download-artifact@v4, with: {name: n}}\n")
	if answer = ground.push(); answer.Conclusion != ask.Failure || !strings.Contains(answer.Log, "isn't what was uploaded") {
		t.Error(answer.Log)
	}
}
