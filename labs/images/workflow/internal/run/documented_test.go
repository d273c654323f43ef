package run

import (
	"strings"
	"testing"
	"time"

	"lab.local/workflow/internal/ask"
)

// What GitHub documents and a delivery pipeline uses, each as a workflow that ends well
// where it holds. https://docs.github.com/actions/reference
func TestWhatIsDocumentedHolds(t *testing.T) {
	steps := func(lines string) string {
		return "  a:\n" + ubuntu + "    steps:\n" + lines
	}
	for name, jobs := range map[string]string{
		// A shell that isn't named is `bash -e {0}`, `bash` has pipefail besides and reads no profile.
		"shells": steps("      - run: 'false | true; case $- in *e*) ;; *) exit 1 ;; esac'\n" +
			"      - {shell: bash, run: 'shopt -qo pipefail && ! shopt -q login_shell && case $- in *e*) ;; *) exit 1 ;; esac'}\n" +
			"      - {shell: sh, run: 'test -z \"$BASH_VERSION\" || test \"$0\" != bash; case $- in *e*) ;; *) exit 1 ;; esac'}\n" +
			"      - {shell: python, run: 'import sys; assert sys.version_info[0] == 3'}\n" +
			"      - {shell: 'bash -u {0}', run: 'case $- in *e*) exit 1 ;; *u*) ;; *) exit 1 ;; esac'}\n" +
			"      - run: |\n          (exit 3) && echo never\n          test $? = 3\n        shell: bash --noprofile --norc {0}\n"),
		"defaults": "  a:\n" + ubuntu + "    defaults: {run: {shell: bash, working-directory: sub}}\n    steps:\n      - {run: mkdir -p sub/deeper, working-directory: .}\n      - run: 'shopt -qo pipefail && test \"$PWD\" = \"$GITHUB_WORKSPACE/sub\"'\n      - {run: 'test \"${PWD##*/}\" = deeper', working-directory: sub/deeper}\n",
		"environment": "  a:\n" + ubuntu + "    env: {A: job, B: job, C: '${{ vars.NOTHING }}'}\n    environment: {name: production, url: 'https://example.org'}\n    steps:\n" +
			"      - {run: 'test \"$A $B\" = \"step job\" && test -z \"$C\" && test \"${{ env.A }}\" = step', env: {A: step}}\n" +
			"      - run: |\n          echo \"X=1\" >> \"$GITHUB_ENV\"\n          printf 'Y<<END\\na\\nb\\nEND\\n' >> \"$GITHUB_ENV\"\n          mkdir bin && printf '#!/bin/sh\\necho mine\\n' > bin/mine && chmod +x bin/mine && echo \"$PWD/bin\" >> \"$GITHUB_PATH\"\n          test -z \"$X\" && echo hello >> \"$GITHUB_STEP_SUMMARY\"\n" +
			"      - run: 'test \"$X\" = 1 && test \"$Y\" = \"$(printf \"a\\nb\")\" && test \"$(mine)\" = mine && test \"${{ env.X }}\" = 1'\n",
		"outcomes": steps("      - {id: bad, run: exit 3, continue-on-error: true}\n      - run: test '${{ steps.bad.outcome }} ${{ steps.bad.conclusion }}' = 'failure success'\n" +
			"      - {id: not, if: failure(), run: exit 1}\n      - {if: \"steps.not.outcome == 'skipped' && job.status == 'success'\", id: yes, run: 'echo a=1 >> $GITHUB_OUTPUT'}\n      - run: test '${{ steps.yes.outputs.a }}' = 1\n"),
		"expressions": steps("      - run: |\n          test \"${{ 'ABC' == 'abc' }} ${{ 1 == '1' }} ${{ null == '' }} ${{ contains('abc', 'B') }}\" = 'true true true true'\n" +
			"          test \"${{ 31 == '0x1f' }} ${{ 1000 == ' 1e3 ' }} ${{ 0 == 'always()' }} ${{ 1 == '1.0.0' }} ${{ 0 == 'null' }}\" = 'true true false false false'\n" +
			"          test \"${{ join(fromJSON('[1,2]'), '-') }} ${{ format('{0} {{}}', 'x') }} ${{ startsWith('abc', 'AB') && 'yes' || 'no' }}\" = '1-2 x {} yes'\n" +
			"          test \"${{ contains(fromJSON('[\"a\",\"b\"]'), 'b') }} ${{ fromJSON('{\"a\":[{\"n\":1},{\"n\":2}]}').a.*.n[1] }}\" = 'true 2'\n" +
			"          test \"${{ join(fromJSON('{\"b\":2,\"a\":1,\"c\":3,\"d\":4}').*) }}\" = 1,2,3,4\n" +
			"          test -n \"${{ hashFiles('**/f') }}\" || test -z \"${{ hashFiles('none') }}\"\n"),
		"github": steps("      - run: |\n          test \"${{ github.event_name }} ${{ github.ref_name }} ${{ github.ref_type }} ${{ github.job }} ${{ github.workflow }}\" = 'push main branch a CI'\n" +
			"          test \"${{ github.repository_owner }} ${{ github.actor }} ${{ github.server_url }}\" = 'learner learner https://github.com'\n" +
			"          test \"$GITHUB_SHA\" = '${{ github.sha }}' && test '${{ github.event.after }}' = \"$GITHUB_SHA\" && test \"$CI $GITHUB_ACTIONS\" = 'true true'\n" +
			"          test \"${{ github.workspace }}\" = \"$PWD\" && test -d \"$RUNNER_TEMP\" && test \"${{ runner.os }} $RUNNER_OS\" = 'Linux Linux' && test -z '${{ github.head_ref }}${{ github.base_ref }}'\n" +
			"          test '${{ github.run_attempt }}' = 1 && test -n '${{ github.run_id }}' && test '${{ github.event.head_commit.id }}' = \"$GITHUB_SHA\" && jq -e . \"$GITHUB_EVENT_PATH\" >/dev/null\n"),
		// `failure()` and `success()` look at all jobs before, not only those that are named.
		"after a skipped one": step("a", "ls", "    if: false\n") + step("b", "ls", "    needs: a\n    if: always()\n") + step("c", "exit 1", "    needs: b\n") +
			step("d", "test ${{ needs.c.result }} = skipped", "    needs: c\n    if: '!cancelled()'\n"),
		"needs": "  a:\n    outputs: {x: '${{ steps.s.outputs.x }}'}\n" + ubuntu + "    steps: [{id: s, run: 'echo x=1 >> $GITHUB_OUTPUT'}]\n" + step("s", "ls", "    if: false\n") +
			step("b", "test \"${{ join(needs.*.result) }} ${{ needs.a.outputs.x }} ${{ join(needs.*.outputs.x) }}\" = \"skipped,success 1 1\"", "    needs: [s, a]\n    if: \"always() && !contains(needs.*.result, 'failure')\"\n"),
		"matrix": "  a:\n    outputs: {legs: '${{ steps.s.outputs.legs }}'}\n" + ubuntu + "    steps: [{id: s, run: 'echo ''legs=[{\"n\":1},{\"n\":2}]'' >> $GITHUB_OUTPUT'}]\n" +
			"  b:\n    needs: a\n    strategy: {max-parallel: 1, matrix: {leg: '${{ fromJSON(needs.a.outputs.legs) }}', o: [x, y], exclude: [{o: y}], include: [{o: x, more: yes}]}}\n" + ubuntu +
			"    steps: [{run: 'test \"${{ matrix.o }} ${{ matrix.more }} ${{ strategy.job-total }}\" = \"x yes 2\" && test ${{ matrix.leg.n }} -ge 1'}]\n",
		"artifacts": "  a:\n" + ubuntu + "    steps:\n      - run: mkdir d && echo 1 > d/one && echo 2 > two\n      - {uses: actions/upload-artifact@v4, with: {name: first, path: d}}\n      - {uses: actions/upload-artifact@v4, with: {name: second, path: two}}\n" +
			"      - {id: again, uses: actions/upload-artifact@v4, with: {name: second, path: two}, continue-on-error: true}\n      - run: test '${{ steps.again.outcome }}' = failure\n" +
			"      - {uses: actions/upload-artifact@v4, with: {name: second, path: d, overwrite: true}}\n      - {id: none, uses: actions/upload-artifact@v4, with: {name: none, path: nothing, if-no-files-found: error}, continue-on-error: true}\n      - run: test '${{ steps.none.outcome }}' = failure\n" +
			"  b:\n    needs: a\n" + ubuntu + "    steps:\n      - {uses: actions/download-artifact@v4, with: {path: all}}\n      - run: test -f all/first/one && test -f all/second/one && ! test -e d\n      - {uses: actions/download-artifact@v4, with: {pattern: 'f*', merge-multiple: true, path: some}}\n      - run: test -f some/one\n",
	} {
		answer := with(t, "push", jobs).push()
		if answer.Conclusion != ask.Success {
			var failed []string
			for _, job := range answer.Jobs {
				for _, each := range job.Steps {
					if each.Conclusion == ask.Failure {
						failed = append(failed, job.Job+": "+each.Name+"\n"+each.Log)
					}
				}
			}
			t.Errorf("%s: %s: %v\n%s\n%s", name, jobs, answer.Problems, strings.Join(failed, "\n"), answer.Log)
		}
	}
}

// Typed inputs, what is handed on and what isn't, `github.workflow` of the caller.
func TestACalledWorkflowGetsWhatItIsGiven(t *testing.T) {
	ground := folder(t, map[string]string{
		".github/workflows/ci.yml": "name: CI\non: push\nenv: {OUT: side}\njobs:\n  a:\n    strategy: {matrix: {to: [x, y]}}\n    uses: ./.github/workflows/to.yml\n    with: {to: '${{ matrix.to }}', dry: true, times: 3}\n    secrets: {key: '${{ secrets.TOKEN }}'}\n",
		".github/workflows/to.yml": "name: To\non: {workflow_call: {inputs: {to: {type: string, required: true}, dry: {type: boolean}, times: {type: number}, more: {type: string, default: usual}}, secrets: {key: {required: true}}}}\njobs:\n  in:\n" + ubuntu +
			"    steps:\n      - run: test \"${{ inputs.to }}\" != '' && test '${{ inputs.dry && 1 || 2 }} ${{ inputs.times == 3 }} ${{ inputs.more }}' = '1 true usual'\n      - run: test -z \"$OUT\" && test '${{ github.workflow }}' = CI && test -n \"$KEY\" && test -z '${{ secrets.TOKEN }}'\n        env: {KEY: '${{ secrets.key }}'}\n      - uses: actions/checkout@v4\n      - uses: ./say\n",
		"say/action.yml": "runs: {using: composite, steps: [{shell: bash, run: 'test \"${{ github.workflow }} $GITHUB_WORKFLOW\" = \"CI CI\"'}]}\n",
	})
	ground.values.Secrets = map[string]string{"TOKEN": "tok-4e9a1b7c33"}
	if answer := ground.push(); answer.Conclusion != ask.Success {
		t.Errorf("%v\n%s", answer.Problems, answer.Log)
	}
}

// A failure anywhere before a job is one to `failure()`, and keeps it from running without.
func TestAFailureIsSeenByAllThatComesAfter(t *testing.T) {
	ground := with(t, "push", step("a", "exit 1")+step("b", "ls", "    needs: a\n    if: always()\n")+step("c", "ls", "    needs: b\n")+step("d", "ls", "    needs: b\n    if: failure()\n"))
	answer := ground.push()
	found := map[string]string{}
	for _, each := range answer.Jobs {
		found[each.Job] = each.Conclusion
	}
	if answer.Conclusion != ask.Failure || found["b"] != ask.Success || found["c"] != ask.Skipped || found["d"] != ask.Success {
		t.Errorf("%s: %v\n%s", answer.Conclusion, found, answer.Log)
	}
}

func TestAPullRequestNamesBothItsBranches(t *testing.T) {
	ground := with(t, "pull_request", "  a:\n"+ubuntu+"    steps: [{run: 'test \"$GITHUB_HEAD_REF $GITHUB_BASE_REF ${{ github.head_ref }} ${{ github.event.pull_request.base.ref }}\" = \"patch-1 main patch-1 main\" && test ${{ github.event.pull_request.head.repo.fork }} = true'}]\n")
	ground.is(ground.run(request(true), time.Minute), ask.Success, "a success")
}
