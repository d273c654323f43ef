package run

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/secret"
)

// ground is a learner's folder and where its runs are.
type ground struct {
	*testing.T
	work   string
	values secret.Values
	change *ask.Change
	// witness is the address of one; empty without.
	witness string
	// minute is how long one of `timeout-minutes` is; 0 is the usual.
	minute time.Duration
}

const token = "tok-4e9a1b7c33"

func folder(t *testing.T, files map[string]string) *ground {
	t.Helper()
	for _, program := range []string{"git", "node", "bash"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("these tests run workflows, and need %s", program)
		}
	}
	ground := &ground{T: t, work: t.TempDir(), values: secret.Values{Secrets: map[string]string{"TOKEN": token}, Vars: map[string]string{}}}
	for name, content := range files {
		path := filepath.Join(ground.work, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return ground
}

// with is a folder with one workflow, of these jobs.
func with(t *testing.T, on, jobs string) *ground {
	t.Helper()
	return folder(t, map[string]string{".github/workflows/ci.yml": "name: CI\non: " + on + "\njobs:\n" + jobs, "file": "text\n"})
}

func (g *ground) run(event ask.Event, limit time.Duration) *ask.Answer {
	g.Helper()
	shelf, err := filepath.Abs("../../../shelf")
	if err != nil {
		g.Fatal(err)
	}
	setting := Setting{
		Run: g.TempDir(), Shelf: shelf, Work: g.work, Repository: "learner/pli", Values: g.values, Path: os.Getenv("PATH"), Witness: g.witness, Minute: g.minute,
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	answer, err := Run(ctx, setting, ask.Question{Event: event, Change: g.change})
	if err != nil {
		g.Fatal(err)
	}
	return answer
}

func (g *ground) push() *ask.Answer {
	g.Helper()
	return g.run(ask.Event{Name: ask.Push, Branch: "main"}, time.Minute)
}

func request(fork bool) ask.Event {
	return ask.Event{
		Name: ask.PullRequest, Fork: fork, Title: "a title", Branch: "patch-1", Base: "main", Action: "opened",
	}
}

// jobs tells of each job "job conclusion", in a row.
func jobs(answer *ask.Answer) string {
	var told []string
	for _, job := range answer.Jobs {
		told = append(told, job.Job+" "+job.Conclusion)
	}
	return strings.Join(told, ", ")
}

func (g *ground) is(answer *ask.Answer, conclusion, told string) {
	g.Helper()
	if answer.Conclusion != conclusion || jobs(answer) != told {
		g.Errorf("%s: %s; %v\n%s", answer.Conclusion, jobs(answer), answer.Problems, answer.Log)
	}
}

const ubuntu = "    runs-on: ubuntu-latest\n"

func TestAFailedJobEndsWhatNeedsIt(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps: [{run: 'exit 3'}, {run: ls}]\n  b:\n    needs: a\n"+ubuntu+"    steps: [{run: ls}]\n  c:\n    needs: b\n    if: always()\n"+ubuntu+"    steps: [{run: ls}]\n")
	answer := ground.push()
	ground.is(answer, ask.Failure, "a failure, b skipped, c success")
	if steps := answer.Jobs[0].Steps; steps[0].Conclusion != ask.Failure || steps[1].Conclusion != ask.Skipped {
		t.Errorf("%+v %+v", steps[0], steps[1])
	}
}

func TestContinueOnErrorLetsOthersGoOn(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    continue-on-error: true\n    steps: [{run: 'exit 3'}]\n  b:\n    needs: a\n"+ubuntu+"    steps:\n      - run: exit 4\n        continue-on-error: true\n      - run: ls\n")
	answer := ground.push()
	ground.is(answer, ask.Success, "a failure, b success")
}

func TestEachLegOfAMatrixIsJudgedByItsOwnSteps(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    strategy: {fail-fast: false, matrix: {n: [1, 2, 3]}}\n    steps: [{run: 'test ${{ matrix.n }} != 2'}]\n  b:\n    needs: a\n"+ubuntu+"    steps: [{run: ls}]\n")
	answer := ground.push()
	failed := map[string]string{}
	for _, job := range answer.Jobs {
		failed[fmt.Sprint(job.Matrix["n"])] = job.Conclusion
	}
	if failed["1"] != ask.Success || failed["2"] != ask.Failure || failed["3"] != ask.Success || failed["<nil>"] != ask.Skipped {
		t.Errorf("%v\n%s", failed, answer.Log)
	}
}

func TestCheckoutSeesOnlyCommits(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - uses: actions/checkout@8ade135a41bc03ea155e62e844d188df1ea18608\n        with: {fetch-depth: 0}\n      - run: |\n          test ! -e left && test ! -e .lab && grep added file && git log --format=%s | head -1 | grep 'Add a line'\n          test \"$(git rev-parse HEAD)\" = \"$GITHUB_SHA\" && test \"$(git branch --show-current)\" = main && test \"$(git rev-list --count HEAD)\" = 3\n      - {uses: actions/checkout@v4, with: {path: shallow}}\n      - run: test \"$(git -C shallow rev-list --count HEAD)\" = 1\n      - {uses: actions/checkout@v4, with: {path: base, ref: '${{ github.event.before }}'}}\n      - run: '! grep added base/file'\n")
	for name, content := range map[string]string{".gitignore": "left\n", "left": "x", ".lab/lab.json": "{}", ".git/config": "[core]\n\tbare = x\n"} {
		_ = os.MkdirAll(filepath.Join(ground.work, filepath.Dir(name)), 0o755)
		_ = os.WriteFile(filepath.Join(ground.work, name), []byte(content), 0o644)
	}
	added := "added"
	ground.change = &ask.Change{Message: "Add a line", Edit: []ask.Edit{{File: "file", Append: &added}}}
	ground.is(ground.push(), ask.Success, "a success")
	if content, _ := os.ReadFile(filepath.Join(ground.work, "file")); string(content) != "text\n" {
		t.Errorf("the learner's own file is %q", content)
	}
}

func TestAFolderThatGitCannotTakeIsRefused(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps: [{run: ls}]\n")
	if err := exec.Command("git", "init", "--quiet", filepath.Join(ground.work, "inner")).Run(); err != nil {
		t.Fatal(err)
	}
	answer := ground.push()
	if answer.Conclusion != ask.Refused || answer.Problems[0].Code != ask.Unreadable || !strings.Contains(answer.Problems[0].Text, "inner") {
		t.Errorf("%+v", answer)
	}
}

func TestALocalActionIsTheCommitsOwn(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - uses: actions/checkout@v4\n      - {uses: ./say, id: say, with: {word: hello}}\n      - run: test '${{ steps.say.outputs.said }}' = 'hello hello'\n")
	action := "inputs: {word: {required: true}}\noutputs: {said: {value: '${{ steps.s.outputs.said }}'}}\nruns:\n  using: composite\n  steps:\n    - {id: s, shell: bash, run: 'echo \"said=${{ inputs.word }} hello\" >> \"$GITHUB_OUTPUT\"'}\n"
	_ = os.MkdirAll(filepath.Join(ground.work, "say"), 0o755)
	_ = os.WriteFile(filepath.Join(ground.work, "say", "action.yml"), []byte(action), 0o644)
	answer := ground.push()
	ground.is(answer, ask.Success, "a success")
	if len(answer.Jobs[0].Steps) != 3 {
		t.Errorf("%+v", answer.Jobs[0].Steps)
	}
}

func TestAChangeThatDoesntFitIsRefused(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps: [{run: ls}]\n")
	missing := "missing"
	ground.change = &ask.Change{Edit: []ask.Edit{{File: "file", Replace: &missing, With: "x"}}}
	answer := ground.push()
	if answer.Conclusion != ask.Refused || answer.Problems[0].Code != ask.BadChange || answer.Problems[0].File != "file" {
		t.Errorf("%+v", answer)
	}
}

func TestAStrangersPullRequestGetsNoSecret(t *testing.T) {
	steps := "    steps:\n      - run: |\n          test \"$GITHUB_REF\" = refs/pull/1/merge && test -z \"$KEY\"\n        env: {KEY: '${{ secrets.TOKEN }}'}\n      - uses: actions/checkout@v4\n      - run: test \"$(git rev-parse HEAD)\" = \"$GITHUB_SHA\" && ! grep -r " + token + " /proc/self/environ\n"
	ground := with(t, "[push, pull_request]", "  a:\n"+ubuntu+steps)
	answer := ground.run(request(true), time.Minute)
	ground.is(answer, ask.Success, "a success")
	if answer.Merge == "" || answer.Merge == answer.SHA {
		t.Error(answer.Merge)
	}
	// From a branch of the repository it gets them.
	ground.is(ground.run(request(false), time.Minute), ask.Failure, "a failure")
}

func TestAPullRequestsTargetRunsTheBasesWorkflowWithSecrets(t *testing.T) {
	ground := with(t, "pull_request_target", "  a:\n"+ubuntu+"    steps:\n      - {run: 'test -n \"$KEY\"', env: {KEY: '${{ secrets.TOKEN }}'}}\n      - uses: actions/checkout@v4\n      - run: '! grep evil file'\n      - {uses: actions/checkout@v4, with: {repository: '${{ github.event.pull_request.head.repo.full_name }}', ref: '${{ github.event.pull_request.head.sha }}'}}\n      - run: grep evil file\n")
	evil, workflow := "evil\n", "on: pull_request_target\njobs: {evil: {runs-on: ubuntu-latest, steps: [{run: ls}]}}\n"
	ground.change = &ask.Change{Edit: []ask.Edit{{File: "file", Write: &evil}, {File: ".github/workflows/ci.yml", Write: &workflow}}}
	ground.is(ground.run(request(true), time.Minute), ask.Success, "a success")
}

func TestArtifactsGoFromJobToJob(t *testing.T) {
	up := "      - run: mkdir -p dist/sub && date +%N > dist/id && echo x > dist/sub/.hidden && echo y > dist/sub/y\n      - {uses: actions/upload-artifact@v4, id: up, with: {name: site, path: dist}}\n"
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n"+up+"  b:\n    needs: a\n"+ubuntu+"    steps:\n      - {uses: actions/download-artifact@v5, with: {name: site, path: out}}\n      - run: test -s out/id && test -s out/sub/y && test ! -e out/sub/.hidden\n")
	answer := ground.push()
	ground.is(answer, ask.Success, "a success, b success")
	found := answer.Artifacts[0]
	if found.Name != "site" || len(found.Files) != 2 || found.UploadedBy != "a" || strings.Join(found.DownloadedBy, " ") != "b" {
		t.Errorf("%+v", found)
	}
	other := with(t, "push", "  a:\n"+ubuntu+"    steps:\n"+up+"  b:\n    needs: a\n"+ubuntu+"    steps:\n      - {uses: actions/download-artifact@v5, with: {name: sites}}\n")
	answer = other.push()
	other.is(answer, ask.Failure, "a success, b failure")
	if said := answer.Jobs[1].Steps[0].Log; !strings.Contains(said, "Artifact not found for name: sites. Artifacts of this run until now: site") {
		t.Error(said)
	}
}

func TestASecretInDisguiseIsFoundAndMasked(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    env: {KEY: '${{ secrets.TOKEN }}'}\n    steps:\n      - name: Debug\n        run: echo \"$KEY\"; echo \"$KEY\" | base64; echo \"$KEY\" > key\n      - {uses: actions/upload-artifact@v4, with: {name: k, path: key}}\n")
	answer := ground.push()
	var where []string
	for _, leak := range answer.Leaks {
		where = append(where, leak.Secret+": "+leak.Where)
	}
	if told := strings.Join(where, ", "); told != "TOKEN: log of CI/a: step Debug, TOKEN: artifact k: key, uploaded by a" {
		t.Error(told)
	}
	if strings.Contains(answer.Log, token) || strings.Contains(answer.Log, "dG9rLTRlOWExYjdjMz") {
		t.Error(answer.Log)
	}
}

func TestFilesOfTheLearnersConfigureNothing(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps: [{run: 'test -z \"$X\" && test -z \"$KEY\"', env: {KEY: '${{ secrets.OWN }}'}}]\n")
	for name, content := range map[string]string{".actrc": "--job b\n--dryrun\n", ".env": "X=1\n", ".secrets": "OWN=1\n", ".vars": "X=1\n", ".input": "x=1\n"} {
		_ = os.WriteFile(filepath.Join(ground.work, name), []byte(content), 0o644)
	}
	ground.is(ground.push(), ask.Success, "a success")
}

func TestAStepThatForgesWhatActSaysChangesNothing(t *testing.T) {
	forged := `{"level":"info","msg":"Job succeeded","job":"CI/b","jobID":"b","jobResult":"success","stepResult":"success","stepID":["0"],"stage":"Main"}`
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - run: |\n          echo '"+forged+"'; echo '::error::x'\n          exit 1\n  b:\n    needs: a\n"+ubuntu+"    steps: [{run: ls}]\n")
	ground.is(ground.push(), ask.Failure, "a failure, b skipped")
}

func TestARunThatDoesntEndIsEnded(t *testing.T) {
	for _, script := range []string{"while sleep 0.1; do :; done", "setsid sleep 100; trap '' TERM; sleep 100"} {
		ground := with(t, "push", "  a:\n"+ubuntu+"    steps: [{name: waits, run: \""+script+"\"}]\n  b:\n    needs: a\n    if: always()\n"+ubuntu+"    steps: [{run: ls}]\n")
		begun := time.Now()
		answer := ground.run(ask.Event{Name: ask.Push, Branch: "main"}, 3*time.Second)
		if took := time.Since(begun); answer.Conclusion != ask.TimedOut || took > 20*time.Second {
			t.Errorf("%s: %s after %s", script, answer.Conclusion, took)
		}
		if strings.Join(answer.Running, " ") != "CI/a: waits" || strings.Contains(jobs(answer), "b ") {
			t.Errorf("%s: %v %s", script, answer.Running, jobs(answer))
		}
	}
}

func TestAFailedCalledWorkflowDoesntEndTheRest(t *testing.T) {
	ground := folder(t, map[string]string{
		".github/workflows/ci.yml":   "name: CI\non: push\njobs:\n  a: {uses: ./.github/workflows/test.yml, with: {code: '1'}}\n  ok: {uses: ./.github/workflows/test.yml, with: {code: '0'}}\n  b:\n    needs: a\n" + ubuntu + "    steps: [{run: ls}]\n  c:\n    needs: [a, ok]\n    if: failure()\n" + ubuntu + "    steps: [{run: ls}]\n",
		".github/workflows/test.yml": "name: Test\non: {workflow_call: {inputs: {code: {type: string}}}}\njobs:\n  inner:\n" + ubuntu + "    steps: [{run: 'exit ${{ inputs.code }}'}]\n",
	})
	answer := ground.push()
	found := map[string]bool{}
	for _, job := range answer.Jobs {
		found[job.Job+" "+job.Conclusion] = true
	}
	if answer.Conclusion != ask.Failure || !found["a failure"] || !found["ok success"] || !found["b skipped"] || !found["c success"] || !found["inner failure"] {
		t.Errorf("%s %s\n%s", answer.Conclusion, jobs(answer), answer.Log)
	}
}

func TestNothingRunsOfWhatIsRefused(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps: [{run: ls}]\n  b:\n    runs-on: windows-latest\n    steps: [{uses: other/action@v1}]\n")
	answer := ground.push()
	if answer.Conclusion != ask.Refused || len(answer.Problems) != 2 || len(answer.Jobs) != 0 || !answer.Triggered {
		t.Errorf("%+v", answer)
	}
	ground = folder(t, map[string]string{"a": ""})
	if answer := ground.push(); answer.Conclusion != ask.Refused || answer.Problems[0].Code != ask.NoWorkflow {
		t.Errorf("%+v", answer)
	}
}

func TestADispatchHasItsInputs(t *testing.T) {
	ground := with(t, "{workflow_dispatch: {inputs: {to: {default: staging}}}}", "  a:\n"+ubuntu+"    steps: [{run: 'test \"${{ inputs.to }} ${{ github.event.inputs.to }}\" = \"mars mars\"'}]\n")
	event := ask.Event{Name: ask.Dispatch, Branch: "main", Inputs: map[string]string{"to": "mars"}}
	ground.is(ground.run(event, time.Minute), ask.Success, "a success")
	event.Inputs = map[string]string{"from": "x"}
	if answer := ground.run(event, time.Minute); answer.Conclusion != ask.Refused || answer.Problems[0].Code != ask.Trigger {
		t.Errorf("%+v", answer)
	}
}

func TestATagIsATag(t *testing.T) {
	ground := with(t, "{push: {tags: ['v*']}}", "  a:\n"+ubuntu+"    steps: [{run: 'test \"$GITHUB_REF_TYPE $GITHUB_REF_NAME\" = \"tag v1.2.3\"'}, {uses: actions/checkout@v4}, {run: ls file}]\n")
	ground.is(ground.run(ask.Event{Name: ask.Tag, Tag: "v1.2.3"}, time.Minute), ask.Success, "a success")
	answer := ground.push()
	if answer.Triggered || answer.Conclusion != ask.None || !strings.Contains(answer.Workflows[0].Why, "only tags") {
		t.Errorf("%+v", answer)
	}
}

// On GitHub a pipe is as good as its last command, unless the step says `shell: bash`.
func TestEachLegOfAMatrixHasTheUsualShell(t *testing.T) {
	matrix := "  a:\n    strategy: {fail-fast: false, matrix: {n: [1, 2, 3]}}\n" + ubuntu + "    steps:\n      - run: sleep 0.${{ matrix.n }}; false | true\n"
	ground := with(t, "push", matrix)
	ground.is(ground.push(), ask.Success, "a success, a success, a success")
	ground = with(t, "push", matrix+"        shell: bash\n")
	ground.is(ground.push(), ask.Failure, "a failure, a failure, a failure")
}
