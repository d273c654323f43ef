package syntax

import (
	"strings"
	"testing"
)

func TestOnlyStepsWithoutAShellGetOne(t *testing.T) {
	for workflow, want := range map[string]int{
		"jobs: {a: {steps: [{run: x}, {run: y, shell: sh}, {uses: z}]}}":                       1,
		"jobs: {a: {steps: [{run: x}]}, b: {defaults: {run: {shell: sh}}, steps: [{run: x}]}}": 1,
		"defaults: {run: {shell: bash}}\njobs: {a: {steps: [{run: x}]}}":                       0,
		"jobs: {a: {steps: [&s {run: x}, *s]}}":                                                1,
		"jobs: {a: {uses: ./.github/workflows/b.yml}}":                                         0,
		"- no": 0, "": 0, "\t{": 0,
	} {
		made := string(WithShells([]byte(workflow)))
		if got := strings.Count(made, usual); got != want {
			t.Errorf("%q: %d\n%s", workflow, got, made)
		}
		if want == 0 && made != workflow {
			t.Errorf("%q was changed: %q", workflow, made)
		}
	}
}
