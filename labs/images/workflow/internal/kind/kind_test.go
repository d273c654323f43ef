package kind

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/syntax"
)

// deployed was recorded of a push that was tested, built and deployed, and shortened.
const deployed = `{
	"triggered": true,
	"workflows": [{"file": ".github/workflows/ci.yml", "name": "CI", "event": "push", "triggered": true, "why": "", "conclusion": "success"}],
	"conclusion": "success", "sha": "d26df27c", "base": "d67bc7d6", "merge": "",
	"jobs": [
		{"workflow": ".github/workflows/ci.yml", "event": "push", "job": "test", "name": "CI/test-1", "matrix": {"python": 3.10},
		 "conclusion": "success", "steps": [{"name": "actions/checkout@v4", "id": "0", "conclusion": "success"}]},
		{"workflow": ".github/workflows/ci.yml", "event": "push", "job": "deploy", "name": "CI/deploy", "matrix": {},
		 "conclusion": "success", "steps": [{"name": "./deploy.sh", "id": "ship", "conclusion": "success"}]}],
	"artifacts": [{"name": "site", "digest": "sha256:2049", "files": [], "uploaded-by": "test", "downloaded-by": ["deploy"]}],
	"staging": [],
	"production": [{"sha": "d26df27c", "digest": "sha256:77", "ours": true, "from-artifact": "site", "early": false, "gap": false}],
	"staging-now": "", "production-now": "d26df27c", "deployed": ["production"],
	"on-staging": [], "in-production": ["d26df27c"], "early": [], "not-kept": [], "gaps": [], "together": [],
	"leaks": [], "deployers": [], "log": "CI/deploy | hello\n", "problems": [], "running": [], "time": 2173
}`

func with(changes string) string {
	var run, changed map[string]json.RawMessage
	if err := json.Unmarshal([]byte(deployed), &run); err != nil {
		panic(err)
	}
	if err := json.Unmarshal([]byte(changes), &changed); err != nil {
		panic(err)
	}
	for name, value := range changed {
		run[name] = value
	}
	text, _ := json.Marshal(run)
	return string(text)
}

func of(run string) Answer { return OfRun(Done{Stdout: run}) }

func (a Answer) evidence(name string) string {
	for _, one := range a.Evidence {
		if one.Name == name {
			return one.Text
		}
	}
	return ""
}

func asJSON(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

func TestEachEventIsWhatTheLabAsks(t *testing.T) {
	text := "hi"
	for asked, want := range map[string]ask.Question{
		`{"push": "main", "change": {"message": "A page", "edit": [{"file": "a", "write": "hi"}, {"delete": "c"}]}}`: {
			Event:  ask.Event{Name: ask.Push, Branch: "main"},
			Change: &ask.Change{Message: "A page", Edit: []ask.Edit{{File: "a", Write: &text}, {File: "c", Delete: true}}},
		},
		`{"tag": "v1.2.3"}`: {Event: ask.Event{Name: ask.Tag, Tag: "v1.2.3"}},
		`{"pull-request": {"from": "fork", "title": "hi"}}`: {Event: ask.Event{
			Name: ask.PullRequest, Fork: true, Title: "hi", Branch: "patch-1", Base: "main", Action: "opened",
		}},
		`{"pull-request": {"from": "branch", "title": ""}}`: {Event: ask.Event{
			Name: ask.PullRequest, Branch: "patch-1", Base: "main", Action: "opened",
		}},
		`{"dispatch": "main", "inputs": {"to": "staging"}, "workflow": "deploy.yml"}`: {Event: ask.Event{
			Name: ask.Dispatch, Branch: "main", Inputs: map[string]string{"to": "staging"}, Workflow: "deploy.yml",
		}},
	} {
		question, err := Read(strings.NewReader(`{"protocol": 1, "limit-ms": 56000, "steps": [], "ask": ` + asked + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := question.Ask.Happening(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %s, %v", asked, asJSON(got), err)
		}
	}
	if _, err := (Asked{}).Happening(); err == nil {
		t.Error("nothing is taken for an event")
	}
	if _, err := Read(strings.NewReader(`{"protocol": 2}`)); err == nil {
		t.Error("another protocol is taken for this one")
	}
}

func TestARunHasJobsLegsStepsAndWhatArrived(t *testing.T) {
	seen := of(deployed)
	for name, want := range map[string]string{
		"conclusion": `"success"`, "deployed": `["production"]`, "in-production": `["d26df27c"]`, "gaps": `[]`, "failed-steps": `[]`, "problem": `""`,
		"steps": `[{"conclusion":"success","id":"0","job":"CI/test-1","name":"actions/checkout@v4"},` +
			`{"conclusion":"success","id":"ship","job":"CI/deploy","name":"./deploy.sh"}]`,
	} {
		if got := asJSON(seen.Fields[name]); got != want {
			t.Errorf("%s is %s", name, got)
		}
	}
	if legs := asJSON(seen.Fields["legs"]); strings.Count(legs, `"job":`) != 1 || !strings.Contains(legs, "3.10") {
		t.Errorf("legs are %s", legs)
	}
	if got := seen.evidence("arrived"); got != "production: d26df27c (this run's commit)" {
		t.Errorf("what arrived is told as %q", got)
	}
	if got := asJSON(seen.More); got != `{"base":"d67bc7d6","deployers":[],"merge":"","running":[]}` {
		t.Errorf("the document has besides %s", got)
	}
}

func TestWhatASlowMachineMayHaveDecidedIsNamed(t *testing.T) {
	jobs := func(test, deploy string) string {
		return `"jobs": [
			{"workflow": "ci", "event": "push", "job": "test", "name": "CI/test", "matrix": {}, "steps": [], "conclusion": "` + test + `"},
			{"workflow": "ci", "event": "push", "job": "deploy", "name": "CI/deploy", "matrix": {}, "steps": [], "conclusion": "` + deploy + `"}],
			"deployers": [{"workflow": "ci", "job": "CI/deploy", "problem": "", "group": ""}]`
	}
	for change, want := range map[string]map[string]bool{
		`{` + jobs("success", "success") + `}`: {"conclusion": false, "in-production": false},
		// A red test stops no job that deploys all the same, however slow the machine is.
		`{` + jobs("failure", "success") + `, "conclusion": "failure"}`: {"conclusion": true, "in-production": false, "leaks": false},
		// A leg may fail without the run.
		`{` + jobs("failure", "success") + `, "conclusion": "success"}`:                      {"conclusion": false, "jobs": true},
		`{` + jobs("failure", "skipped") + `, "conclusion": "failure", "in-production": []}`: {"conclusion": true, "in-production": true, "production": false},
		`{` + jobs("success", "failure") + `}`:                                               {"production-now": true, "in-production": true},
		`{` + jobs("success", "cancelled") + `}`:                                             {"production-now": true, "in-production": true},
		`{` + jobs("success", "success") + `, "conclusion": "timed-out"}`:                    {"conclusion": true, "deployed": true, "early": false},
	} {
		names := of(with(change)).HangOnTime
		for name, hangs := range want {
			if slices.Contains(names, name) != hangs {
				t.Errorf("%s: %s among %v", change, name, names)
			}
		}
	}
}

func TestAListOfNothingIsAList(t *testing.T) {
	if got := asJSON(of(with(`{"jobs": null}`)).Fields["jobs"]); got != "[]" {
		t.Errorf("no jobs are %s", got)
	}
}

func TestACapturedRunIsSeenAgain(t *testing.T) {
	first := of(deployed)
	document := plain(first.Fields)
	for name, value := range first.More {
		document[name] = value
	}
	if again := Again(asJSON(document)); asJSON(again) != asJSON(first) {
		t.Errorf("%s\nisn't\n%s", asJSON(again), asJSON(first))
	}
	if again := Again("no run"); again.Trouble == nil || again.Trouble.Kind != "fault" {
		t.Error("what is no run was seen again")
	}
}

func TestAFailedStepShowsTheEndOfWhatItSaid(t *testing.T) {
	log := ""
	for line := range 30 {
		log += fmt.Sprintf("line %d\n", line)
	}
	seen := of(with(`{"conclusion": "failure", "jobs": [{"name": "CI/test", "matrix": {}, "conclusion": "failure", "steps": [
		{"name": "pytest", "id": "1", "conclusion": "failure", "log": ` + asJSON(log) + `},
		{"name": "later", "id": "2", "conclusion": "skipped"}]}]}`))
	if got := asJSON(seen.Fields["failed-steps"]); got != `["CI/test: pytest"]` {
		t.Errorf("failed: %s", got)
	}
	said := seen.evidence("failed-steps")
	if !strings.HasPrefix(said, "CI/test: pytest\n  line 22\n") || !strings.HasSuffix(said, "line 29") {
		t.Errorf("it shows %q", said)
	}
}

func TestWhatIsNotTriggeredSaysWhyAndWhatIsRefusedSaysWhere(t *testing.T) {
	seen := of(with(`{"triggered": false, "conclusion": "none", "jobs": [], "workflows": [
		{"file": "ci.yml", "name": "CI", "event": "push", "triggered": false, "why": "no branch", "conclusion": "none"}]}`))
	if got := seen.evidence("not-triggered"); got != "ci.yml (push): no branch" {
		t.Errorf("it says %q", got)
	}
	seen = of(with(`{"conclusion": "refused", "problems": [{"code": "schema", "file": "ci.yml", "line": 7, "text": "no key"}]}`))
	if got := seen.Fields["problem"]; got != "ci.yml:7: no key" || seen.evidence("problem") != got {
		t.Errorf("it says %q", got)
	}
}

func TestWhatGitHubRunsAndNothingHereCanIsNotJudgedUnlessSomethingIsWrongBesides(t *testing.T) {
	refused := func(codes ...string) Answer {
		var problems []ask.Problem
		for _, code := range codes {
			problems = append(problems, ask.Problem{Code: code, File: "ci.yml", Line: 7, Text: "no"})
		}
		return of(with(`{"conclusion": "refused", "problems": ` + asJSON(problems) + `}`))
	}
	want := &Trouble{Kind: "not-here", What: "ci.yml:7: no; ci.yml:7: no"}
	if got := refused("services", "container"); !reflect.DeepEqual(got.Trouble, want) || got.Fields != nil {
		t.Errorf("it is %s", asJSON(got))
	}
	if got := refused("services", "schema"); got.Trouble != nil {
		t.Errorf("a mistake is excused: %s", asJSON(got))
	}
}

func TestARunThatWasEndedSaysWhatStillRan(t *testing.T) {
	seen := of(with(`{"conclusion": "timed-out", "running": ["CI/test: read answer"]}`))
	if seen.evidence("ended") != "timed-out" || seen.evidence("running") != "CI/test: read answer" {
		t.Errorf("it says %s", asJSON(seen.Evidence))
	}
	// Where even the program was ended, its conclusion is all there is.
	seen = OfRun(Done{Exit: 137, Ended: "out-of-memory", Time: 5, Stdout: `{"triggered": tr`})
	if seen.Fields["conclusion"] != "out-of-memory" || seen.Fields["triggered"] != true || seen.evidence("ended") != "out-of-memory" {
		t.Errorf("it says %s", asJSON(seen))
	}
}

func TestWhatIsNoRunIsTheLabsFault(t *testing.T) {
	var lacking map[string]any
	_ = json.Unmarshal([]byte(deployed), &lacking)
	delete(lacking, "deployed")
	for stdout, told := range map[string]string{
		`{"fault": "the witness doesn't answer"}`: "the witness doesn't answer",
		"panic":         "invalid character",
		"":              "exit code 3: out of luck",
		asJSON(lacking): "`deployed`",
	} {
		got := OfRun(Done{Exit: 3, Stdout: stdout, Stderr: "first\nout of luck\n"})
		if got.Fields != nil || got.Trouble == nil || got.Trouble.Kind != "fault" || !strings.Contains(got.Trouble.Detail, told) {
			t.Errorf("%q is %s", stdout, asJSON(got))
		}
	}
}

func TestAModelSaysWhatTheFilesSay(t *testing.T) {
	seen := Model(syntax.Describe([]*syntax.File{syntax.Read("a.yml", nil)}, nil))
	if seen.Fields["valid"] != false || !strings.HasPrefix(seen.evidence("problem"), "a.yml:1: ") {
		t.Errorf("it is %s", asJSON(seen))
	}
	for name, value := range seen.Fields {
		if value == nil {
			t.Errorf("%s is null", name)
		}
	}
}
