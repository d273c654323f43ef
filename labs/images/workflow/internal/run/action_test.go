package run

import (
	"strings"
	"testing"

	"lab.local/workflow/internal/ask"
)

// https://docs.github.com/actions/reference/workflows-and-actions/expressions#case
func TestCaseIsAFunctionWhereverAnExpressionIs(t *testing.T) {
	ground := folder(t, map[string]string{
		".github/workflows/ci.yml": "name: CI\non: push\njobs:\n  a:\n    if: case(github.ref == 'refs/heads/main', true, false)\n    strategy: {matrix: {n: ['${{ case(true, ''x'', ''y'') }}']}}\n" + ubuntu +
			"    steps:\n      - uses: actions/checkout@v4\n      - {uses: ./say, id: say, with: {word: \"${{ case(false, 'no', matrix.n) }}\"}}\n      - {if: \"case(steps.say.outputs.said == 'xin', false, true)\", run: exit 1}\n",
		"say/action.yml": "inputs: {word: {required: true}, more: {default: \"${{ case(runner.os == 'Linux', 'in', 'out') }}\"}}\noutputs: {said: {value: \"${{ case(true, steps.s.outputs.said, '') }}\"}}\n" +
			"runs:\n  using: composite\n  steps:\n    - {id: s, if: \"case(inputs.word == 'x', true, false)\", shell: bash, env: {A: \"${{ case(inputs.more == 'in', inputs.more, 'no') }}\"}, run: 'echo \"said=${{ case(true, inputs.word, 1) }}$A\" >> \"$GITHUB_OUTPUT\"'}\n",
	})
	ground.is(ground.push(), ask.Success, "a success")
	// It has as many arguments as it needs, and what isn't a function is still none.
	for _, wrong := range []string{"case(true, 1)", "cases(true, 1, 2)"} {
		rewrite(t, ground.work+"/say/action.yml", "case(runner.os == 'Linux', 'in', 'out')", wrong)
		answer := ground.push()
		name, _, _ := strings.Cut(wrong, "(")
		if answer.Conclusion != ask.Failure || !strings.Contains(answer.Log, name) {
			t.Errorf("%s: %s\n%s", wrong, answer.Conclusion, answer.Log)
		}
		rewrite(t, ground.work+"/say/action.yml", wrong, "case(runner.os == 'Linux', 'in', 'out')")
	}
}
