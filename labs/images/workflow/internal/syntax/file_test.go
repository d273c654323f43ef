package syntax

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"
)

const jobs = "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n"

func TestWhatIsWrongIsToldWithItsLine(t *testing.T) {
	for _, test := range []struct {
		text string
		line int
		told string
	}{
		{"", 1, "empty"},
		{"on: push\n\tjobs: {}\n", 2, "isn't YAML"},
		{"- a\n", 1, "a mapping"},
		{"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    step: [{run: ls}]\n", 5, "`step` isn't a key"},
		{"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ls\n        shel: bash\n", 7, "`shel`"},
		{"on: pusch\n" + jobs, 1, "pusch"},
		{"on: push\njobs:\n  a:\n    needs: b\n    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n", 4, "no such job; there are: a"},
		{"on: push\njobs:\n  a:\n    needs: a\n    runs-on: ubuntu-latest\n    steps: [{run: ls}]\n", 4, "needs itself"},
		{"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - name: nothing\n", 6, ""},
		{"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.sha\n", 6, ""},
		{"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.sha }}\n", 6, ""},
	} {
		file := Read("ci.yml", []byte(test.text))
		if len(file.Problems) == 0 {
			t.Errorf("%q: nothing is wrong", test.text)
			continue
		}
		found := file.Problems[0]
		if found.Line != test.line || !strings.Contains(found.Text, test.told) {
			t.Errorf("%q: line %d: %s", test.text, found.Line, found.Text)
		}
	}
}

// A job either has steps or calls a workflow, a step either runs or uses: what is
// told is of the kind that is meant.
func TestKeysOfTheOtherKindAreNotToldBesideWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		text string
		told []string
	}{
		{job("    stepz: [{run: ls}]\n"), []string{"5 `stepz`"}},
		{job("    steps:\n      - uses: actions/checkout@v4\n        env: [a]\n"), []string{"7 a mapping"}},
		{job("    uses: ./x.yml\n"), []string{"5 `uses`"}},
	} {
		var told []string
		for _, problem := range Read("ci.yml", []byte(test.text)).Problems {
			told = append(told, fmt.Sprintf("%d %s", problem.Line, problem.Text))
		}
		sort.Strings(told)
		if len(told) != len(test.told) {
			t.Errorf("%q: %q", test.text, told)
			continue
		}
		for at, each := range test.told {
			if !strings.HasPrefix(told[at], each) {
				t.Errorf("%q: %q, not %q", test.text, told[at], each)
			}
		}
	}
}

func TestAliasesOfAliasesEnd(t *testing.T) {
	text := "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
	for level := 1; level < 9; level++ {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", level, level, strings.Repeat(fmt.Sprintf("*a%d, ", level-1), 9))
	}
	if file := Read("ci.yml", []byte(text)); len(file.Problems) == 0 || !strings.Contains(file.Problems[0].Text, "aliases") {
		t.Error("taken")
	}
}

// offered is what is wrong with a workflow, in words.
func offered(text string, files map[string]string) ([]string, string) {
	read := func(path string) ([]byte, error) {
		if content, found := files[path]; found {
			return []byte(content), nil
		}
		return nil, errors.New("no file")
	}
	uses, problems := Offered([]*File{Read("ci.yml", []byte(text))}, read)
	var told []string
	for _, problem := range problems {
		told = append(told, fmt.Sprintf("%s:%d %s %s", problem.File, problem.Line, problem.Code, problem.Text))
	}
	return uses, strings.Join(told, "\n")
}

func job(body string) string {
	return "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n" + body
}

func TestWhatTheRunnerDoesntHaveIsRefused(t *testing.T) {
	for body, told := range map[string]string{
		"    steps: [{uses: actions/github-script@v7}]\n":         "ci.yml:5 action the action `actions/github-script` isn't on this lab's shelf, and nothing is fetched here; there are: actions/cache, actions/checkout,",
		"    steps: [{uses: actions/checkout}]\n":                 "names no version",
		"    steps: [{uses: 'docker://alpine'}]\n":                "is a container",
		"    steps: [{uses: ./nothing}]\n":                        "no action.yml lies there",
		"    container: debian\n    steps: [{run: ls}]\n":         "ci.yml:5 container",
		"    steps: [{parallel: [{run: ls}, {run: ls}]}]\n":       "ci.yml:5 parallel",
		"    services: {db: {image: x}}\n    steps: [{run: a}]\n": "ci.yml:5 services",
	} {
		if _, found := offered(job(body), nil); !strings.Contains(found, told) {
			t.Errorf("%s: %s", body, found)
		}
	}
	for label, told := range map[string]string{
		"windows-latest": "no runner `windows-latest` here", "[self-hosted, linux]": "no runner `self-hosted`",
		"${{ vars.RUNNER }}": "can't be told before", "ubuntu-24.04": "", "Ubuntu-Latest": "",
	} {
		text := strings.Replace(job("    steps: [{run: ls}]\n"), "ubuntu-latest", label, 1)
		if _, found := offered(text, nil); !strings.Contains(found, told) || told == "" && found != "" {
			t.Errorf("%s: %s", label, found)
		}
	}
}

func TestTheShelfServesEveryVersion(t *testing.T) {
	uses, problems := offered(job("    steps: [{uses: actions/checkout@v4}, {uses: actions/checkout@8ade135a41bc03ea155e62e844d188df1ea18608}]\n"), nil)
	if problems != "" || len(uses) != 2 {
		t.Errorf("%v %s", uses, problems)
	}
}

func TestCalledWorkflowsAndLocalActionsAreLookedThrough(t *testing.T) {
	files := map[string]string{
		".github/workflows/test.yml": strings.Replace(job("    steps: [{uses: other/thing@v1}]\n"), "push", "workflow_call", 1),
		".github/workflows/push.yml": job("    steps: [{run: ls}]\n"),
		"ship/action.yml":            "runs: {using: composite, steps: [{uses: some/action@v1}]}\n",
		"box/action.yml":             "runs: {using: docker, image: x}\n",
	}
	for body, told := range map[string]string{
		"on: push\njobs: {a: {uses: ./.github/workflows/test.yml}}\n":           ".github/workflows/test.yml:5 action the action `other/thing`",
		"on: push\njobs: {a: {uses: ./.github/workflows/push.yml}}\n":           "its `on` doesn't name workflow_call",
		"on: push\njobs: {a: {uses: ./.github/workflows/none.yml}}\n":           "there is no `./.github/workflows/none.yml` in the commit",
		"on: push\njobs: {a: {uses: you/yours/.github/workflows/x.yml@main}}\n": "lies elsewhere",
		job("    steps: [{uses: ./ship}]\n"):                                    "ship/action.yml:1 action the action `some/action`",
		job("    steps: [{uses: ./box}]\n"):                                     "runs by `docker`",
	} {
		if _, found := offered(body, files); !strings.Contains(found, told) {
			t.Errorf("%s: %s", body, found)
		}
	}
}

func TestTheModelSaysWhatTheFilesSay(t *testing.T) {
	text := `name: Delivery
on:
  push: {branches: [main]}
  pull_request:
permissions: {contents: read}
concurrency: {group: "deploy-${{ github.ref }}", cancel-in-progress: false}
jobs:
  test:
    runs-on: ubuntu-latest
    strategy: {matrix: {tz: [UTC, Asia/Tokyo], python: [a, b, c], exclude: [{tz: UTC, python: a}]}}
    steps:
      - uses: actions/checkout@v4
      - uses: ./ship
      - run: |
          echo one
          echo "${{ github.event.pull_request.title }}"
  deploy:
    needs: [test]
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    environment: {name: production}
    steps:
      - uses: actions/checkout@8ade135a41bc03ea155e62e844d188df1ea18608
`
	model := Describe([]*File{Read("ci.yml", []byte(text))}, nothing)
	if !model.Valid {
		t.Fatal(model.Problems)
	}
	workflow := model.Workflows[0]
	test, deploy := workflow.Jobs[0], workflow.Jobs[1]
	for name, found := range map[string]bool{
		"legs":         test.Legs == 5 && deploy.Legs == 1,
		"needs":        len(deploy.Needs) == 1 && deploy.Needs[0] == "test",
		"permissions":  fmt.Sprint(test.EffectivePermissions) == "map[contents:read]" && fmt.Sprint(deploy.EffectivePermissions) == "map[id-token:write]",
		"environment":  deploy.Environment == "production",
		"concurrency":  workflow.Concurrency.Group == "deploy-${{ github.ref }}" && workflow.Concurrency.Cancel == false,
		"unpinned":     fmt.Sprint(model.Unpinned) == "[ci.yml:12 actions/checkout@v4]",
		"write scopes": fmt.Sprint(model.WriteScopes) == "[ci.yml: deploy: id-token]",
		"inline":       len(model.InlineExpressions) == 1 && model.InlineExpressions[0].Line == 16,
		"triggers":     len(workflow.Triggers) == 2 && fmt.Sprint(workflow.Triggers[0]["branches"]) == "[main]",
	} {
		if !found {
			t.Errorf("%s: %+v %+v %+v", name, model, test, deploy)
		}
	}
	bare := Describe([]*File{Read("ci.yml", []byte("on: push\n"+jobs))}, nothing)
	if fmt.Sprint(bare.WriteScopes) != "[ci.yml: a: default]" {
		t.Error(bare.WriteScopes)
	}
}

func nothing(string) ([]byte, error) { return nil, errors.New("there is no file") }

func TestWhatAnActionOfOnesOwnUsesCounts(t *testing.T) {
	files := map[string]string{
		"deploy/action.yml":         "runs: {using: composite, steps: [{uses: actions/setup-python@v5}, {uses: ./.github/inner}]}\n",
		".github/inner/action.yaml": "runs:\n  using: composite\n  steps:\n    - uses: actions/cache@main\n    - run: echo ${{ github.event.pull_request.title }}\n",
	}
	model := Describe([]*File{Read("ci.yml", []byte("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{uses: ./deploy}, {uses: ./deploy}]\n"))},
		func(path string) ([]byte, error) {
			if content, found := files[path]; found {
				return []byte(content), nil
			}
			return nothing(path)
		})
	want := []string{"deploy/action.yml:1 actions/setup-python@v5", ".github/inner/action.yaml:4 actions/cache@main"}
	if !slices.Equal(model.Unpinned, want) || len(model.InlineExpressions) != 1 || model.InlineExpressions[0].Line != 5 {
		t.Errorf("%v %v", model.Unpinned, model.InlineExpressions)
	}
}

func TestKeysNewerThanTheSchemaAreKnown(t *testing.T) {
	const rest = "permissions: {contents: read}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: 'true'}]\n"
	for _, text := range []string{
		"on: push\nconcurrency: {group: production, cancel-in-progress: false, queue: max}\n" + rest,
		"on: {pull_request: {types: [opened, milestoned, demilestoned, enqueued, dequeued]}}\n" + rest,
		"on: {schedule: [{cron: '0 6 * * 1-5', timezone: Europe/Paris}]}\n" + rest,
		"on: push\nenv: {TO: \"${{ case(github.ref == 'refs/heads/main', 'production', 'nowhere') }}\"}\n" + rest,
		"on: push\npermissions: {contents: read, artifact-metadata: read}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    environment: {name: production, deployment: false}\n    services: {cache: {image: 'redis:7', entrypoint: redis-server, command: '--save 60 1'}}\n    steps: [{run: 'true'}]\n",
	} {
		if file := Read("ci.yml", []byte(text)); len(file.Problems) != 0 {
			t.Errorf("%s: %v", text, file.Problems)
		}
	}
	// What is wrong beside them is told, at its own line.
	file := Read("ci.yml", []byte("on: push\n\n# a word\nconcurrency: {group: x, queue: max}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    stepz: [{run: 'true'}]\n"))
	if len(file.Problems) != 1 || file.Problems[0].Line != 8 || !strings.Contains(file.Problems[0].Text, "stepz") {
		t.Errorf("%v", file.Problems)
	}
}
