package run

import (
	"strings"
	"testing"

	"lab.local/workflow/internal/ask"
)

func TestACacheIsKeptWithinARun(t *testing.T) {
	cache := "      - {uses: actions/cache@v4, id: c, with: {path: kept, key: 'k-1', restore-keys: 'k-'}}\n"
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n"+cache+"      - run: test -z '${{ steps.c.outputs.cache-hit }}' && mkdir -p kept && echo x > kept/file\n  b:\n    needs: a\n"+ubuntu+"    steps:\n"+cache+"      - run: test '${{ steps.c.outputs.cache-hit }}' = true\n")
	ground.is(ground.push(), ask.Success, "a success, b success")
	// The next run begins with none.
	ground.is(ground.push(), ask.Success, "a success, b success")
}

func TestAVersionThatIsNotHereIsToldAndGoesOn(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - {uses: actions/setup-python@v5, id: p, with: {python-version: '3.1'}}\n      - {uses: actions/setup-node@v4, with: {node-version: 4, cache: npm}}\n      - run: test -n '${{ steps.p.outputs.python-version }}'\n")
	answer := ground.push()
	ground.is(answer, ask.Success, "a success")
	for _, told := range []string{"Notice: Python 3.1 isn't in this lab", "Notice: Node 4 isn't in this lab"} {
		if !strings.Contains(answer.Log, told) {
			t.Errorf("%s: %s", told, answer.Log)
		}
	}
}

func TestTwoArtifactsOfOneNameAreRefused(t *testing.T) {
	up := "      - {uses: actions/upload-artifact@v4, with: {name: n, path: f, overwrite: %}}\n"
	once := "  a:\n" + ubuntu + "    steps:\n      - run: echo x > f\n"
	refused := with(t, "push", once+strings.Replace(up, "%", "false", 1)+strings.Replace(up, "%", "false", 1))
	answer := refused.push()
	refused.is(answer, ask.Failure, "a failure")
	if !strings.Contains(answer.Log, "exists already in this run") {
		t.Error(answer.Log)
	}
	replaced := with(t, "push", once+strings.Replace(up, "%", "false", 1)+strings.Replace(up, "%", "true", 1))
	replaced.is(replaced.push(), ask.Success, "a success")
}

func TestUploadsFollowPathsAsOnGitHub(t *testing.T) {
	for path, want := range map[string]string{
		"d":                  "one.txt sub/two.txt",
		"d/*.txt":            "one.txt",
		"d/**/*.txt":         "one.txt sub/two.txt",
		"d/sub/two.txt":      "two.txt",
		"|\n d\n !d/sub":     "one.txt",
		"|\n d/sub\n e":      "d/sub/two.txt e/three.txt",
		"|\n d/one.txt\n e/": "d/one.txt e/three.txt",
	} {
		path = strings.ReplaceAll(path, "\n ", "\n            ")
		ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - run: mkdir -p d/sub e && echo 1 > d/one.txt && echo 2 > d/sub/two.txt && echo 3 > e/three.txt\n      - uses: actions/upload-artifact@v4\n        with:\n          path: "+path+"\n")
		answer := ground.push()
		var found []string
		for _, artifact := range answer.Artifacts {
			for _, file := range artifact.Files {
				found = append(found, file.Path)
			}
		}
		if strings.Join(found, " ") != want {
			t.Errorf("%s: %v\n%s", path, found, answer.Log)
		}
	}
}

func TestWhatACheckoutCannotDoIsTold(t *testing.T) {
	for inputs, told := range map[string]string{
		"submodules: true":          "`submodules` isn't offered in this lab",
		"lfs: true":                 "`lfs` isn't offered in this lab",
		"path: ../elsewhere":        "`path` leads out of the workspace",
		"ref: no-such-branch":       "there is no ref no-such-branch in learner/pli",
		"ref: '" + nowhere + "'":    "there is no ref " + nowhere + " in learner/pli",
		"repository: somebody/else": "there is no repository somebody/else here; there is learner/pli",
		"fetch-depth: all":          "`fetch-depth` is a number; 0 means all commits",
		"clean: perhaps":            "the input `clean` is true or false, and was given \"perhaps\"",
	} {
		ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - {uses: actions/checkout@v4, with: {"+inputs+"}}\n")
		answer := ground.push()
		ground.is(answer, ask.Failure, "a failure")
		if !strings.Contains(answer.Log, "Error: "+told) {
			t.Errorf("%s: %s", inputs, answer.Log)
		}
	}
}

// nowhere is a SHA of no commit.
const nowhere = "0123456789012345678901234567890123456789"

func TestACheckoutTellsOfWhatHasNoEffect(t *testing.T) {
	ground := with(t, "push", "  a:\n"+ubuntu+"    steps:\n      - {uses: actions/checkout@v4, id: c, with: {sparse-checkout: site, ssh-key: x, fetch-tags: true}}\n      - run: test \"${{ steps.c.outputs.commit }}\" = \"$GITHUB_SHA\" && test \"${{ steps.c.outputs.ref }}\" = refs/heads/main && ls file\n")
	answer := ground.push()
	ground.is(answer, ask.Success, "a success")
	for _, input := range []string{"sparse-checkout", "ssh-key"} {
		if !strings.Contains(answer.Log, "Warning: the input `"+input+"` has no effect in this lab") {
			t.Errorf("%s: %s", input, answer.Log)
		}
	}
}
