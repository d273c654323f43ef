package syntax

import (
	"strings"
	"testing"
)

// on makes a workflow of what stands behind `on:`.
func on(t *testing.T, on string) *File {
	t.Helper()
	file := Read(".github/workflows/ci.yml", []byte("on: "+on+"\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n"))
	if len(file.Problems) > 0 {
		t.Fatalf("%s: %v", on, file.Problems)
	}
	return file
}

func TestWhatTriggersAWorkflow(t *testing.T) {
	push := func(branch string, paths ...string) Happening {
		return Happening{Event: "push", Branch: branch, Paths: paths}
	}
	tag := func(name string) Happening { return Happening{Event: "push", Tag: name, Paths: []string{"a"}} }
	request := func(base, kind string, paths ...string) Happening {
		return Happening{Event: "pull_request", Branch: base, Type: kind, Paths: paths}
	}
	for _, test := range []struct {
		on        string
		happening Happening
		triggered bool
		why       string
	}{
		{"push", push("main", "a"), true, ""},
		{"push", tag("v1"), true, ""},
		{"[push, pull_request]", request("main", "opened"), true, ""},
		{"pull_request", push("main", "a"), false, "doesn't name push"},
		{"{push: {branches: [main]}}", push("main", "a"), true, ""},
		{"{push: {branches: main}}", push("main", "a"), true, ""},
		{"{push: {branches: [main]}}", push("other", "a"), false, "the branch other"},
		{"{push: {branches: [main]}}", tag("v1"), false, "only branches trigger it"},
		{"{push: {branches: ['releases/**']}}", push("releases/a/b", "a"), true, ""},
		{"{push: {branches: ['releases/*']}}", push("releases/a/b", "a"), false, ""},
		{"{push: {branches: ['**', '!main']}}", push("main", "a"), false, ""},
		{"{push: {branches-ignore: [main]}}", push("main", "a"), false, "branches-ignore"},
		{"{push: {branches-ignore: [main]}}", push("other", "a"), true, ""},
		{"{push: {tags: ['v*']}}", tag("v1.2.3"), true, ""},
		{"{push: {tags: ['v*']}}", tag("w1"), false, "the tag w1"},
		{"{push: {tags: ['v*']}}", push("main", "a"), false, "only tags trigger it"},
		{"{push: {tags: ['v*'], branches: [main]}}", push("main", "a"), true, ""},
		{"{push: {paths: ['site/**']}}", push("main", "site/a/b"), true, ""},
		{"{push: {paths: ['site/**']}}", push("main", "README.md"), false, "what changed"},
		{"{push: {paths: ['site/**']}}", tag("v1"), true, ""},
		{"{push: {paths-ignore: ['**.md']}}", push("main", "README.md"), false, ""},
		{"{push: {paths-ignore: ['**.md']}}", push("main", "README.md", "a"), true, ""},
		{"{pull_request: {branches: [main]}}", request("main", "opened"), true, ""},
		{"{pull_request: {branches: [other]}}", request("main", "opened"), false, "base main"},
		{"pull_request", request("main", "closed"), false, "types"},
		{"{pull_request: {types: [closed]}}", request("main", "closed"), true, ""},
		{"workflow_dispatch", Happening{Event: "workflow_dispatch"}, true, ""},
	} {
		triggered, why := on(t, test.on).Triggered(test.happening)
		if triggered != test.triggered || !strings.Contains(why, test.why) {
			t.Errorf("on %s, %+v: %v %q", test.on, test.happening, triggered, why)
		}
	}
}

func TestACommitCanAskForNothingToRun(t *testing.T) {
	happening := Happening{Event: "push", Branch: "main", Message: "Words [skip ci]"}
	if triggered, why := on(t, "push").Triggered(happening); triggered || !strings.Contains(why, "[skip ci]") {
		t.Errorf("%v %q", triggered, why)
	}
}

func TestInputsOfADispatchAreChecked(t *testing.T) {
	file := on(t, "{workflow_dispatch: {inputs: {to: {type: choice, options: [staging, production]}, sure: {type: boolean}, who: {required: true}}}}")
	for _, test := range []struct {
		given map[string]string
		wrong string
	}{
		{map[string]string{"who": "me"}, ""},
		{map[string]string{"who": "me", "to": "production", "sure": "true"}, ""},
		{map[string]string{}, "`who` is required"},
		{map[string]string{"who": "me", "to": "mars"}, "`to` is one of staging, production"},
		{map[string]string{"who": "me", "sure": "perhaps"}, "`sure` is a boolean"},
		{map[string]string{"who": "me", "when": "now"}, "no input `when`"},
	} {
		inputs, wrong := file.Inputs(test.given)
		if (wrong == "") != (test.wrong == "") || !strings.Contains(wrong, test.wrong) {
			t.Errorf("%v: %q", test.given, wrong)
		}
		if wrong == "" && (inputs["sure"] == "" || inputs["to"] == "") {
			t.Errorf("no defaults: %v", inputs)
		}
	}
}
