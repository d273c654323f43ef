package kind

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"lab.local/terraform-kind/internal/said"
)

const (
	// mask stands in the place of a value that is marked sensitive.
	mask = "•••"
	// tailLines of a text are shown.
	tailLines = 30
	// shortest is how long a secret is at the least: shorter ones would mask ordinary words.
	shortest = 6
)

// object is JSON's.
type object = map[string]any

// findings are what the commands of a question told so far.
//
// What the tool says to people differs between versions; its JSON doesn't. A plan is
// judged from `show -json`, never from an exit code: a plan that only moves has the
// exit code of one that changes something.
type findings struct {
	stage    string
	exit     int
	ended    string
	failed   bool
	errors   []object
	warnings int
	// counted is how many wrong copies counted, once tests were run on them.
	counted *int
	// hidden are the secrets that were seen.
	hidden       []string
	fields, more object
	evidence     []Evidence
}

func newFindings() *findings {
	return &findings{errors: []object{}, fields: object{}, more: object{}}
}

// names of stages that are told by another's.
var names = map[string]string{
	said.Planned: "show", said.Pull: "show", said.Backend: "show", said.Diff: "fmt", said.Copies: "test",
}

// take over what a command said.
func (f *findings) take(command said.Command, exit int, ended string) {
	if exit == 0 && ended != "" {
		exit = said.Killed
	}
	f.stage, f.exit, f.ended = command.Stage, exit, ended
	if name, other := names[command.Stage]; other {
		f.stage = name
	}
	switch command.Stage {
	case said.Init, said.Plan, said.Apply, said.Destroy:
		f.progress(lines(command.Out))
	case said.Validate:
		for _, one := range list(value(command.Out)["diagnostics"]) {
			f.diagnostic(one)
		}
	case said.Fmt:
		files := []string{}
		for _, line := range strings.Split(string(command.Out), "\n") {
			if line != "" {
				files = append(files, line)
			}
		}
		f.fields["files"] = files
	case said.Diff:
		f.say("diff", string(command.Out))
		// A file that doesn't parse is only told here.
		f.say("stderr", string(command.Err))
	case said.Planned:
		f.planned(value(command.Out))
	case said.Output:
		f.outputs(value(command.Out))
	case said.Show:
		f.state(value(command.Out))
	case said.Pull:
		pulled := value(command.Out)
		for _, name := range []string{"lineage", "serial"} {
			if pulled[name] != nil {
				f.fields[name] = pulled[name]
			}
		}
	case said.Backend:
		f.fields["backend"] = "local"
		if kind, named := at(value(command.Out), "backend", "type").(string); named {
			f.fields["backend"] = kind
		}
	case said.Test:
		f.tested(lines(command.Out))
	case said.Copies:
		f.copies(value(command.Out))
	}
	f.failed = f.failed || exit != 0 || ended != ""
	if f.failed && len(f.errors) == 0 && command.Stage != said.Fmt && command.Stage != said.Diff {
		f.say("stderr", string(command.Err))
	}
}

func (f *findings) progress(lines []object) {
	for _, line := range lines {
		if diagnostic, there := line["diagnostic"]; there {
			f.diagnostic(diagnostic)
		}
		if changes, there := line["changes"].(object); there {
			for field, name := range map[string]string{"add": "add", "change": "change", "destroy": "remove", "import": "import"} {
				f.fields[field] = or(changes[name], 0)
			}
		}
	}
}

func (f *findings) diagnostic(said any) {
	if at(said, "severity") != "error" {
		f.warnings++
		return
	}
	f.errors = append(f.errors, object{
		"summary": text(at(said, "summary")),
		"detail":  text(at(said, "detail")),
		"address": text(at(said, "address")),
		"file":    text(at(said, "range", "filename")),
		"line":    at(said, "range", "start", "line"),
		"code":    text(at(said, "snippet", "code")),
	})
}

func (f *findings) planned(plan object) {
	moved, drift, changes, told := []any{}, []any{}, []object{}, []string{}
	for _, one := range managed(plan["resource_changes"]) {
		action := action(at(one, "change", "actions"))
		from, isMoved := one["previous_address"].(string)
		if isMoved {
			moved = append(moved, from)
			from = " (from " + from + ")"
		}
		if isMoved || action != "no-op" {
			told = append(told, fmt.Sprintf("%v %s%s", action, text(one["address"]), from))
		}
		changes = append(changes, object{
			"address": one["address"], "type": one["type"], "action": action,
			"previous": one["previous_address"], "importing": at(one, "change", "importing", "id"),
		})
	}
	for _, one := range managed(plan["resource_drift"]) {
		drift = append(drift, one["address"])
	}
	// Only the end of a long list is shown, so what destroys stands there.
	slices.SortStableFunc(told, func(a, b string) int { return destroys(a) - destroys(b) })
	f.say("changes", strings.Join(told, "\n"))
	outputs := []string{}
	for name, change := range entries(plan["output_changes"]) {
		if action(at(change, "actions")) != "no-op" {
			outputs = append(outputs, name)
		}
	}
	sort.Strings(outputs)
	constraints := object{}
	for _, provider := range entries(at(plan, "configuration", "provider_config")) {
		name, named := at(provider, "full_name").(string)
		if version, asked := at(provider, "version_constraint").(string); named && asked {
			constraints[name] = version
		}
	}
	f.fields["moved"], f.fields["drift"], f.fields["changes"] = moved, drift, changes
	f.fields["outputs-changed"], f.fields["constraints"] = outputs, constraints
}

// destroys is 1 for a change that destroys something, and else 0.
func destroys(change string) int {
	if strings.HasPrefix(change, "delete ") || strings.HasPrefix(change, "replace ") {
		return 1
	}
	return 0
}

func (f *findings) state(state object) {
	f.outputs(entries(at(state, "values", "outputs")))
	resources, addresses := []object{}, []any{}
	f.gather(at(state, "values", "root_module"), &resources)
	for _, resource := range resources {
		addresses = append(addresses, resource["address"])
	}
	f.fields["resources"], f.more["state"] = addresses, resources
}

func (f *findings) outputs(outputs object) {
	open, secrets, names := object{}, object{}, []string{}
	for name, output := range outputs {
		if at(output, "sensitive") == true {
			f.hide(at(output, "value"))
			secrets[name] = at(output, "value")
			names = append(names, name)
		} else {
			open[name] = at(output, "value")
		}
	}
	sort.Strings(names)
	f.fields["outputs"], f.fields["sensitive"], f.more["secrets"] = open, names, secrets
}

func (f *findings) tested(said []object) {
	passed, failed := 0, 0
	for _, line := range said {
		if diagnostic, there := line["diagnostic"]; there {
			f.diagnostic(diagnostic)
		}
		if summary, there := line["test_summary"]; there {
			passed = number(at(summary, "passed"))
			failed = number(at(summary, "failed")) + number(at(summary, "errored"))
		}
	}
	f.fields["passed"], f.fields["failed"] = passed, failed
	// A run of no tests ends well, and proves nothing.
	f.failed = f.failed || passed == 0
}

func (f *findings) copies(report object) {
	original := entries(report["original"])
	passed := number(original["passed"])
	f.fields["passed"], f.fields["failed"] = passed, number(original["failed"])
	if original["status"] != "pass" || passed == 0 {
		f.failed = true
		f.fields["tests"] = text(original["output"])
		f.say("tests", text(original["output"]))
		return
	}
	counted := number(report["counted"])
	f.counted, f.fields["counted"] = &counted, counted
	for _, one := range []struct{ field, name, evidence string }{
		{"survivors", "survivors", "unnoticed"}, {"false-alarms", "false", "equal"},
	} {
		found := list(report[one.name])
		f.fields[one.field] = found
		var told []string
		for _, copy := range found {
			told = append(told, text(copy))
		}
		f.say(one.evidence, strings.Join(told, "\n\n"))
	}
}

// say the end of a text.
func (f *findings) say(name, text string) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if start := len(lines) - tailLines; start > 0 {
		lines = append([]string{"…"}, lines[start:]...)
	}
	f.evidence = append(f.evidence, Evidence{name, strings.Join(lines, "\n")})
}

// answer with all that was found; time is in milliseconds.
func (f *findings) answer(time int64) Answer {
	var told []string
	for _, one := range f.errors {
		told = append(told, asTold(one))
	}
	evidence := []Evidence{{"error", strings.Join(told, "\n\n")}}
	if f.ended != "" {
		evidence = append([]Evidence{{"ended", f.ended}, {"stage", f.stage}}, evidence...)
		f.fields["ended"] = f.ended
	}
	evidence = append(evidence, f.evidence...)
	for index := range evidence {
		evidence[index].Text = f.masked(evidence[index].Text)
	}
	for _, one := range f.errors {
		for name, value := range one {
			if text, is := value.(string); is {
				one[name] = f.masked(text)
			}
		}
	}
	f.fields["ok"], f.fields["exit"], f.fields["stage"], f.fields["time"] = !f.failed, f.exit, f.stage, time
	f.fields["error"], f.fields["errors"] = f.masked(strings.Join(told, "\n\n")), f.errors
	f.fields["warnings"] = f.warnings
	return Answer{Fields: f.fields, More: f.more, Evidence: slices.DeleteFunc(evidence, func(one Evidence) bool { return one.Text == "" })}
}

func (f *findings) masked(text string) string {
	for _, secret := range f.hidden {
		text = strings.ReplaceAll(text, secret, mask)
	}
	return text
}

// asTold is an error as the tool itself would tell it.
func asTold(one object) string {
	first := text(one["summary"])
	if address := text(one["address"]); address != "" {
		first += " (" + address + ")"
	}
	lines := []string{first}
	if file := text(one["file"]); file != "" {
		code, _, _ := strings.Cut(text(one["code"]), "\n")
		lines = append(lines, fmt.Sprintf("  on %s line %v: %s", file, one["line"], strings.TrimSpace(code)))
	}
	if detail := text(one["detail"]); detail != "" {
		for _, line := range strings.Split(strings.TrimSuffix(detail, "\n"), "\n") {
			lines = append(lines, "  "+line)
		}
	}
	return strings.Join(lines, "\n")
}

// action is one word: `["delete", "create"]` and `["create", "delete"]` are both `replace`.
func action(actions any) any {
	switch found := list(actions); len(found) {
	case 1:
		return found[0]
	case 2:
		return "replace"
	}
	return "no-op"
}

// managed are the resources, without what is only read.
func managed(resources any) []object {
	var found []object
	for _, one := range list(resources) {
		if at(one, "mode") == "managed" {
			found = append(found, one.(object))
		}
	}
	return found
}

// gather the resources of a module and of those below it, their sensitive values masked.
func (f *findings) gather(module any, found *[]object) {
	for _, one := range managed(at(module, "resources")) {
		values := f.mask(one["values"], one["sensitive_values"])
		*found = append(*found, object{"address": one["address"], "type": one["type"], "values": values})
	}
	for _, child := range list(at(module, "child_modules")) {
		f.gather(child, found)
	}
}

// mask what is marked, in values of any depth.
func (f *findings) mask(value, marks any) any {
	switch marks := marks.(type) {
	case bool:
		if marks {
			f.hide(value)
			return mask
		}
	case object:
		if values, are := value.(object); are {
			for name, mark := range marks {
				if inner, there := values[name]; there {
					values[name] = f.mask(inner, mark)
				}
			}
		}
	case []any:
		if values, are := value.([]any); are {
			for index := range min(len(values), len(marks)) {
				values[index] = f.mask(values[index], marks[index])
			}
		}
	}
	return value
}

// hide the texts of a secret from now on.
func (f *findings) hide(value any) {
	switch value := value.(type) {
	case string:
		if len(value) >= shortest {
			f.hidden = append(f.hidden, value)
		}
	case []any:
		for _, inner := range value {
			f.hide(inner)
		}
	case object:
		for _, inner := range value {
			f.hide(inner)
		}
	}
}

// value is an object in JSON; empty where it is none. Its numbers stay as they were
// written, where other readers can hold them.
func value(source []byte) object {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	found := object{}
	if decoder.Decode(&found) != nil || decoder.More() {
		return object{}
	}
	return held(found).(object)
}

// held is a value with a text for each number that is too large for others.
func held(value any) any {
	switch value := value.(type) {
	case json.Number:
		if size, err := value.Float64(); err != nil || math.IsInf(size, 0) {
			return value.String()
		}
	case []any:
		for index, inner := range value {
			value[index] = held(inner)
		}
	case object:
		for name, inner := range value {
			value[name] = held(inner)
		}
	}
	return value
}

// lines are those that are objects in JSON.
func lines(source []byte) []object {
	var found []object
	for line := range bytes.Lines(source) {
		if one := value(line); len(one) > 0 {
			found = append(found, one)
		}
	}
	return found
}

// at is what stands under these names within one another; nil where nothing does.
func at(value any, names ...string) any {
	for _, name := range names {
		value = entries(value)[name]
	}
	return value
}

func entries(value any) object {
	found, _ := value.(object)
	return found
}

// list is never nil: an empty one stays a list in JSON.
func list(value any) []any {
	if found, is := value.([]any); is {
		return found
	}
	return []any{}
}

func text(value any) string {
	found, _ := value.(string)
	return found
}

func number(value any) int {
	found, _ := value.(json.Number)
	count, _ := found.Int64()
	return int(count)
}

func or(value, usual any) any {
	if value == nil {
		return usual
	}
	return value
}
