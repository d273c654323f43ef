package kind

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"lab.local/terraform-kind/internal/said"
)

// secret is what state and output hold.
const secret = "1238d9ad85b5ee10ee6e710ae975b2e5694c4cc29641ca9a4513b5589529326e"

// recorded is what OpenTofu 1.12 said.
func recorded(t *testing.T, name string) string {
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// command is one that ended, with what it said.
type command struct {
	stage    string
	exit     int
	out, err string
}

// step is what the learner's step says of its commands.
func step(t *testing.T, commands ...command) Done {
	var text strings.Builder
	writer := said.To(&text)
	for _, one := range commands {
		failures := []error{writer.Begin(one.stage)}
		_, failure := writer.Out().Write([]byte(one.out))
		failures = append(failures, failure)
		_, failure = writer.Err().Write([]byte(one.err))
		for _, failure := range append(failures, failure, writer.End(one.exit)) {
			if failure != nil {
				t.Fatal(failure)
			}
		}
	}
	return Done{Stdout: text.String(), Time: 7}
}

func seen(t *testing.T, commands ...command) Answer {
	answer := ofRun(step(t, commands...))
	if answer.Trouble != nil {
		t.Fatal(*answer.Trouble)
	}
	return answer
}

func (a Answer) evidence(name string) string {
	for _, one := range a.Evidence {
		if one.Name == name {
			return one.Text
		}
	}
	return ""
}

// is says where a value isn't what JSON text says.
func is(t *testing.T, what string, value any, want string) {
	t.Helper()
	text, err := json.Marshal(value)
	var one, other any
	if err == nil {
		err = json.Unmarshal(text, &one)
	}
	if err == nil {
		err = json.Unmarshal([]byte(want), &other)
	}
	if err != nil || !reflect.DeepEqual(one, other) {
		t.Errorf("%s: %s instead of %s %v", what, text, want, err)
	}
}

func TestAPlanTellsWhatChangesWhatMovesAndWhatDrifted(t *testing.T) {
	answer := seen(t, command{said.Planned, 0, recorded(t, "plan.json"), ""})
	for field, want := range map[string]string{
		"moved": `["garage_bucket.site"]`, "drift": `["garage_bucket.moved"]`, "ok": `true`, "stage": `"show"`,
		"outputs-changed": `[]`, "constraints": `{"lab.local/lab/garage": "~> 0.1"}`,
	} {
		is(t, field, answer.Fields[field], want)
	}
	changes := answer.Fields["changes"].([]object)
	if len(changes) != 3 {
		t.Fatal(changes)
	}
	is(t, "change", changes[0],
		`{"address": "garage_bucket.legacy", "type": "garage_bucket", "action": "no-op", "previous": null, "importing": "legacy"}`)
	if told := answer.evidence("changes"); told != "update garage_bucket.moved (from garage_bucket.site)" {
		t.Error(told)
	}
	plan := `{"output_changes": {"now": {"actions": ["update"]}, "same": {"actions": ["no-op"]}}}`
	is(t, "outputs", seen(t, command{said.Planned, 0, plan, ""}).Fields["outputs-changed"], `["now"]`)
}

func TestWhatIsDestroyedStandsLast(t *testing.T) {
	plan := `{"resource_changes": [
		{"mode": "managed", "address": "a", "change": {"actions": ["delete"]}},
		{"mode": "managed", "address": "b", "change": {"actions": ["create"]}},
		{"mode": "managed", "address": "c", "change": {"actions": ["delete", "create"]}}]}`
	answer := seen(t, command{stage: said.Planned, out: plan})
	if told := answer.Evidence[0].Text; told != "create b\ndelete a\nreplace c" {
		t.Error(told)
	}
}

func TestAReplacedResourceIsToldInEitherOrder(t *testing.T) {
	for _, actions := range []string{`["delete", "create"]`, `["create", "delete"]`} {
		plan := fmt.Sprintf(`{"resource_changes": [{"mode": "managed", "address": "a", "change": {"actions": %s}}]}`, actions)
		answer := seen(t, command{said.Planned, 0, plan, ""})
		is(t, actions, answer.Fields["changes"].([]object)[0]["action"], `"replace"`)
	}
}

func TestWhatIsMarkedSensitiveIsNeitherAFieldNorShown(t *testing.T) {
	for stage, file := range map[string]string{said.Show: "state.json", said.Output: "output.json"} {
		diagnostic := fmt.Sprintf(`{"diagnostic": {"severity": "error", "summary": "No", "detail": "not %s"}}`, secret)
		// Whatever else says it, then or later, is masked too.
		answer := seen(t, command{stage, 0, recorded(t, file), ""},
			command{said.Apply, 1, "", "it is " + secret + "!"}, command{said.Apply, 1, diagnostic + "\n", ""})
		text, err := json.Marshal([]any{answer.Fields, answer.Evidence, answer.More["state"]})
		if err != nil || !strings.Contains(recorded(t, file), secret) || strings.Contains(string(text), secret) {
			t.Errorf("%s %v", text, err)
		}
		if told := answer.evidence("stderr"); told != "it is •••!" {
			t.Error(told)
		}
		is(t, "sensitive", answer.Fields["sensitive"], `["key"]`)
		is(t, "outputs", answer.Fields["outputs"], `{"bucket": "abc-production"}`)
		// A check can hand it on.
		is(t, "secrets", answer.More["secrets"].(object)["key"], `"`+secret+`"`)
	}
	answer := seen(t, command{said.Show, 0, recorded(t, "state.json"), ""})
	is(t, "resources", answer.Fields["resources"], `["garage_bucket.site", "garage_key.deploy"]`)
	values := answer.More["state"].([]object)[1]["values"].(object)
	is(t, "secret", values["secret_access_key"], `"•••"`)
	is(t, "name", values["name"], `"x"`)
}

func TestAnErrorHasItsFileAndLine(t *testing.T) {
	answer := seen(t, command{said.Plan, 1, recorded(t, "refused.jsonl"), ""})
	is(t, "ok", answer.Fields["ok"], `false`)
	is(t, "stage", answer.Fields["stage"], `"plan"`)
	first := answer.Fields["errors"].([]object)[0]
	is(t, "file", first["file"], `"main.tf"`)
	is(t, "line", first["line"], `10`)
	want := "Invalid value for variable\n  on main.tf line 10: variable \"project\" {\n  No good."
	if told := answer.Fields["error"].(string); !strings.HasPrefix(told, want) || answer.evidence("error") != told {
		t.Error(told)
	}
	answer = seen(t, command{said.Validate, 1, recorded(t, "validate.json"), ""})
	if found := answer.Fields["errors"].([]object); len(found) != 2 {
		t.Error(found)
	}
	answer = seen(t, command{said.Init, 1, recorded(t, "no-provider.jsonl"), ""})
	if told := answer.Fields["error"].(string); !strings.Contains(told, "hashicorp/aws was not found") {
		t.Error(told)
	}
	address := `{"diagnostic": {"severity": "error", "summary": "No", "address": "a.b", "detail": "One\nTwo"}}`
	is(t, "address", seen(t, command{said.Apply, 1, address + "\n", ""}).Fields["error"], `"No (a.b)\n  One\n  Two"`)
}

func TestChangesAreCountedByTheLastSummary(t *testing.T) {
	summary := `{"type":"change_summary","changes":{"add":2,"change":1,"import":1,"remove":0}}` + "\n"
	warning := `{"diagnostic": {"severity": "warning", "summary": "Old"}}` + "\n"
	answer := seen(t, command{said.Plan, 0, strings.ReplaceAll(summary, "2", "9"), ""},
		command{said.Apply, 0, warning + "no JSON\n" + summary, ""})
	for field, want := range map[string]string{"add": "2", "change": "1", "destroy": "0", "import": "1", "warnings": "1", "ok": "true"} {
		is(t, field, answer.Fields[field], want)
	}
}

func TestTestsCountAndNoTestsAreNoneThatPass(t *testing.T) {
	answer := seen(t, command{said.Test, 1, recorded(t, "test.jsonl"), ""})
	for field, want := range map[string]string{"passed": "2", "failed": "1", "ok": "false"} {
		is(t, field, answer.Fields[field], want)
	}
	if told := answer.Fields["error"].(string); !strings.Contains(told, "bad name") {
		t.Error(told)
	}
	summary := `{"type":"test_summary","test_summary":{"status":"pass","passed":%d,"failed":0,"errored":0}}` + "\n"
	is(t, "none", seen(t, command{said.Test, 0, fmt.Sprintf(summary, 0), ""}).Fields["ok"], `false`)
	is(t, "one", seen(t, command{said.Test, 0, fmt.Sprintf(summary, 1), ""}).Fields["ok"], `true`)
}

func TestACommandThatWasEndedSaysWhichAndWhy(t *testing.T) {
	begun := step(t, command{said.Init, 0, "", ""})
	begun.Stdout += "{\"stage\":\"apply\"}\n"
	for _, one := range []struct {
		exit        int
		ended, want string
	}{{124, "timed-out", "124"}, {0, "too-much-output", "137"}, {137, "out-of-memory", "137"}} {
		done := begun
		done.Exit, done.Ended = one.exit, one.ended
		answer := ofRun(done)
		is(t, "exit", answer.Fields["exit"], one.want)
		is(t, "ended", answer.Fields["ended"], `"`+one.ended+`"`)
		if answer.Fields["ok"] != false || answer.evidence("ended") != one.ended || answer.evidence("stage") != "apply" {
			t.Error(answer)
		}
	}
	// One that gave its lock back before it ended was ended all the same.
	done := step(t, command{said.Plan, 1, "", "Interrupted"})
	done.Exit, done.Ended = 124, "timed-out"
	is(t, "ended", ofRun(done).Fields["ended"], `"timed-out"`)
	// What the learner's own processes ended is no fault of the lab.
	begun.Exit = 137
	answer := ofRun(begun)
	if _, ended := answer.Fields["ended"]; ended || answer.Trouble != nil || answer.Fields["ok"] != false {
		t.Error(answer)
	}
	is(t, "exit", answer.Fields["exit"], "137")
	is(t, "nothing", ofRun(Done{Exit: 124, Ended: "timed-out"}).Fields["stage"], `"init"`)
}

func TestAStepThatSaysSomethingElseIsAFault(t *testing.T) {
	for text, done := range map[string]Done{
		"exit code 127: no such program": {Exit: 127, Stderr: "first\nno such program\n"},
		"line 1":                         {Stdout: "{\"fields\": {\"ok\": true}}\npassed\n"},
		"began `plan` before":            {Stdout: "{\"stage\":\"init\"}\n{\"stage\":\"plan\"}\n{\"exit\":0}\n"},
	} {
		answer := ofRun(done)
		if answer.Trouble == nil || answer.Trouble.Kind != "fault" || !strings.Contains(answer.Trouble.Detail, text) {
			t.Error(text, answer)
		}
	}
	if answer := Answered("", Question{}); answer.Trouble == nil {
		t.Error(answer)
	}
}

func copies(counted int, more string) string {
	return fmt.Sprintf(`{"original": {"status": "pass", "passed": 2, "failed": 0}, "counted": %d, %s}`, counted, more)
}

func TestSurvivorsAndFalseAlarmsAreTold(t *testing.T) {
	report := copies(4, `"survivors": ["no website\nmain.tf, line 3\n- website"], "false": ["the same"]`)
	answer := seen(t, command{said.Copies, 0, report, ""})
	for field, want := range map[string]string{"counted": "4", "ok": "true", "passed": "2", "failed": "0", "stage": `"test"`, "false-alarms": `["the same"]`} {
		is(t, field, answer.Fields[field], want)
	}
	if told := answer.evidence("unnoticed"); !strings.Contains(told, "- website") {
		t.Error(told)
	}
	report = `{"original": {"status": "fail", "passed": 1, "failed": 1, "output": "bad name"}, "counted": 0, "survivors": []}`
	answer = seen(t, command{said.Copies, 0, report, ""})
	if _, counted := answer.Fields["counted"]; counted || answer.Fields["ok"] != false || answer.evidence("tests") != "bad name" {
		t.Error(answer)
	}
}

func TestTestsThatTooFewCopiesCouldJudgeAreNoFailureOfTheLearner(t *testing.T) {
	none := `"survivors": [], "false": []`
	answer := ofRun(step(t, command{said.Copies, 0, copies(2, none), ""}))
	if answer.Trouble == nil || answer.Trouble.Kind != "fault" {
		t.Error(answer)
	}
	is(t, "survivors", seen(t, command{said.Copies, 0, copies(3, none), ""}).Fields["survivors"], `[]`)
}

func TestFilesInAnotherFormAreNamedAndShown(t *testing.T) {
	answer := seen(t, command{said.Fmt, 3, "main.tf\n", ""}, command{said.Diff, 3, "main.tf\n--- old\n+++ new\n", "Error: no"})
	is(t, "files", answer.Fields["files"], `["main.tf"]`)
	is(t, "ok", answer.Fields["ok"], `false`)
	if !strings.Contains(answer.evidence("diff"), "+++ new") || answer.evidence("stderr") != "Error: no" {
		t.Error(answer)
	}
	is(t, "none", seen(t, command{said.Fmt, 0, "", ""}).Fields["files"], `[]`)
}

func TestAStateSaysWhereItLies(t *testing.T) {
	state := command{said.Show, 0, recorded(t, "state.json"), ""}
	pulled := command{said.Pull, 0, `{"lineage":"abc","serial":3}`, ""}
	for noted, want := range map[string]string{"{}": `"local"`, `{"backend":{"type":"pg"}}`: `"pg"`} {
		answer := seen(t, state, pulled, command{said.Backend, 0, noted, ""})
		is(t, "backend", answer.Fields["backend"], want)
		is(t, "serial", answer.Fields["serial"], `3`)
		is(t, "lineage", answer.Fields["lineage"], `"abc"`)
	}
	answer := seen(t, state, command{said.Pull, 0, "", ""})
	if _, there := answer.Fields["lineage"]; there {
		t.Error(answer)
	}
}

func TestNumbersStayAsTheyWereWrittenUnlessNoReaderHoldsThem(t *testing.T) {
	answer := seen(t, command{said.Output, 0, `{"a": {"value": [12345678901234567890, 1e999, 0.10]}}`, ""})
	text, err := json.Marshal(answer.Fields["outputs"])
	if want := `{"a":[12345678901234567890,"1e999",0.10]}`; string(text) != want || err != nil {
		t.Errorf("%s %v", text, err)
	}
}

func TestATextIsShownByItsEnd(t *testing.T) {
	answer := seen(t, command{said.Apply, 1, "", strings.Repeat("line\n", 40) + "last\n"})
	told := strings.Split(answer.evidence("stderr"), "\n")
	if len(told) != tailLines+1 || told[0] != "…" || told[tailLines] != "last" {
		t.Error(told)
	}
}

// TestWhatIsYieldedIsDeclared reads what the kind's file names; the lab takes nothing else.
func TestWhatIsYieldedIsDeclared(t *testing.T) {
	source, err := os.ReadFile("../../../../../kinds/terraform/kind.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var declared struct {
		Evidence []string
		Fields   map[string]struct{ Type string }
	}
	if err := yaml.Unmarshal(source, &declared); err != nil {
		t.Fatal(err)
	}
	refused := command{said.Plan, 1, recorded(t, "refused.jsonl"), "no"}
	ended := step(t, command{said.Apply, 0, `{"changes":{}}` + "\n", ""})
	ended.Ended = "timed-out"
	none := copies(4, `"survivors": ["x"], "false": ["y"]`)
	yielded := map[string]bool{}
	for _, answer := range []Answer{
		ofRun(ended), seen(t, refused), seen(t, command{said.Copies, 0, none, ""}),
		seen(t, command{said.Copies, 0, `{"original": {"output": "x"}}`, ""}),
		seen(t, command{said.Planned, 0, recorded(t, "plan.json"), ""}, command{said.Show, 1, recorded(t, "state.json"), "no"},
			command{said.Pull, 0, `{"lineage":"abc","serial":3}`, ""}, command{said.Backend, 0, "{}", ""}),
		seen(t, command{said.Fmt, 1, "a\n", ""}, command{said.Diff, 1, "a", "b"}),
	} {
		for field, value := range answer.Fields {
			text, err := json.Marshal(value)
			if of := declared.Fields[field].Type; err != nil || of != jsonType(text) {
				t.Errorf("%s is %s, and declared as %q", field, text, of)
			}
			yielded[field] = true
		}
		for _, one := range answer.Evidence {
			if !slices.Contains(declared.Evidence, one.Name) {
				t.Errorf("%s isn't declared", one.Name)
			}
		}
	}
	for field := range declared.Fields {
		if !yielded[field] {
			t.Errorf("%s is declared, and none of the answers had it", field)
		}
	}
}

func jsonType(text []byte) string {
	switch text[0] {
	case '"':
		return "string"
	case '[':
		return "array"
	case '{':
		return "object"
	case 't', 'f':
		return "boolean"
	}
	return "number"
}
