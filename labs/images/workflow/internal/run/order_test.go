package run

import (
	"strings"
	"testing"

	"lab.local/workflow/internal/ask"
)

// What a run tells is in the order of the workflow, whichever job or leg was quicker.
func TestJobsAndLegsAreToldInTheOrderOfTheWorkflow(t *testing.T) {
	matrix := "    strategy: {MORE, matrix: {zone: [x, y], arch: [1, 2], n: [a]}}\n" + ubuntu +
		"    steps: [{run: 'echo \"leg ${{ strategy.job-index }} ${{ matrix.zone }}${{ matrix.arch }}\" $ImageOS'}]\n"
	ground := with(t, "push", step("z", "sleep 0.4")+"  m:\n"+strings.Replace(matrix, "MORE", "max-parallel: 1", 1)+step("a", "ls")+step("last", "ls", "    needs: [a, m, z]\n"))
	for range 3 {
		answer := ground.push()
		ground.is(answer, ask.Success, "z success, m success, m success, m success, m success, a success, last success")
		var said []string
		for _, line := range strings.Split(answer.Log, "\n") {
			if _, leg, found := strings.Cut(line, "| leg "); found {
				said = append(said, leg)
			}
		}
		if told := strings.Join(said, ", "); told != "0 x1 ubuntu24, 1 x2 ubuntu24, 2 y1 ubuntu24, 3 y2 ubuntu24" {
			t.Error(told)
		}
	}
}

func TestEachLegRunsOnItsOwnLabel(t *testing.T) {
	ground := with(t, "push", "  a:\n    strategy: {matrix: {on: [ubuntu-24.04, ubuntu-22.04, ubuntu-latest]}}\n    runs-on: ${{ matrix.on }}\n"+
		"    steps: [{run: 'echo \"${{ matrix.on }} is $ImageOS\"'}]\n")
	for range 3 {
		answer := ground.push()
		for _, line := range []string{"ubuntu-24.04 is ubuntu24", "ubuntu-22.04 is ubuntu22", "ubuntu-latest is ubuntu24"} {
			if !strings.Contains(answer.Log, line) {
				t.Errorf("%s:\n%s", line, answer.Log)
			}
		}
	}
}

// A secret within another one masks as much of it as GitHub does: all.
func TestAShorterSecretDoesntUncoverALongerOne(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    env: {A: '${{ secrets.A }}', B: '${{ secrets.B }}', C: '${{ secrets.C }}'}\n    steps: [{run: 'echo \"<$B> <$C>\"; echo \"::add-mask::xyz-1234\"; echo \"<xyz-12345> <ab-xyz-1234>\"'}]\n")
	ground.values.Secrets = map[string]string{"A": "longer", "B": "a-longer-word", "C": "a-longer-word-still"}
	for range 5 {
		if answer := ground.push(); !strings.Contains(answer.Log, "<***> <***>") || !strings.Contains(answer.Log, "<***5> <ab-***>") {
			t.Fatal(answer.Log)
		}
	}
}
