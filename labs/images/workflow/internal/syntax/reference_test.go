//go:build reference

package syntax

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// parser is the folder where `npm install` put GitHub's own; scripts/test does.
func parser(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("WORKFLOW_PARSER")
	if folder == "" {
		t.Fatal("WORKFLOW_PARSER names no folder with @actions/workflow-parser: run scripts/test")
	}
	return folder
}

func TestTheSchemaIsTheOneThatGitHubPublishes(t *testing.T) {
	theirs, err := os.ReadFile(filepath.Join(parser(t), "node_modules/@actions/workflow-parser/dist/workflow-v1.0.min.json"))
	if err != nil || !bytes.Equal(theirs, published) {
		t.Errorf("another one is published: %v", err)
	}
}

// Every workflow that comes of one small mistake in a good one is taken, or refused at
// the same line, as GitHub's own parser does.
func TestVerdictsAreThoseOfGitHubsParser(t *testing.T) {
	seeds, _ := filepath.Glob("../../../../cicd/solutions/*/.github/workflows/*.yml")
	if len(seeds) < 2 {
		t.Fatal("no solutions")
	}
	everything, err := os.ReadFile("testdata/everything.yml")
	if err != nil {
		t.Fatal(err)
	}
	texts := append(mistakes(t, everything), string(everything))
	for _, seed := range seeds {
		content, err := os.ReadFile(seed)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(content))
	}
	for _, expression := range expressions {
		texts = append(texts, job("    steps:\n      - run: |\n          echo\n          echo ${{ "+expression+" }}\n"), job("    steps: [{run: ls, if: "+quoted(expression)+"}]\n"))
	}
	question, _ := json.Marshal(texts)
	command := exec.Command("node", "--no-warnings", "testdata/verdicts.mjs", parser(t))
	command.Stdin, command.Stderr = bytes.NewReader(question), os.Stderr
	answer, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var verdicts []struct {
		Lines []int
		Told  []string
	}
	if err := json.Unmarshal(answer, &verdicts); err != nil || len(verdicts) != len(texts) {
		t.Fatalf("%v: %d verdicts of %d", err, len(verdicts), len(texts))
	}
	refused := 0
	for at, text := range texts {
		theirs := verdicts[at]
		ours := Read("w.yml", []byte(text)).Problems
		if len(theirs.Lines) > 0 {
			refused++
		}
		// GitHub says of a job without steps only when it is to run, and of circles where `jobs` is.
		if len(ours) > 0 && strings.HasSuffix(ours[0].Text, "has no steps") {
			continue
		}
		same := (len(ours) == 0) == (len(theirs.Lines) == 0)
		for _, told := range theirs.Told {
			same = same || slices.ContainsFunc(unread, func(each string) bool { return strings.Contains(told, each) })
		}
		if same && len(ours) > 0 && len(theirs.Lines) > 0 {
			same = slices.Contains(theirs.Lines, ours[0].Line) || slices.Contains(theirs.Lines, 0) || strings.Contains(theirs.Told[0], "at least one job with no dependencies")
		}
		if !same {
			t.Errorf("ours: %v\ntheirs: %d %q\n%s", ours, theirs.Lines, theirs.Told, text)
		}
	}
	t.Logf("%d workflows, %d of them refused by both", len(texts), refused)
	if refused < 100 || refused > len(texts)-100 {
		t.Errorf("%d of %d are refused: that compares little", refused, len(texts))
	}
}

// unread is what GitHub's parser says of what isn't looked at here: events that aren't
// offered, what a dispatch's form shows, containers, and expressions that might be a
// mapping once they are evaluated.
var unread = []string{"cron expression", "'choice'", "choice input", "'input default'", "Container image", "'BasicExpressionToken' encountered"}

func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

var expressions = []string{
	"github.ref", "nothing.ref", "github.event['a b'].c", "github.*.x", "secrets.A", "vars.A && env.B", "needs.a.result", "1 + 1", "0x1F == -2.5e3",
	"'it''s'", `"no"`, "!true", "contains('a')", "contains('a', 'b')", "Contains('a', 'b')", "join(github.x, ',', 1)", "format()", "success()", "always()", "failure(1)",
	"hashFiles()", "hashFiles('a')", "case(true, 1, 2)", "case(true, 1)", "case(true, 1, 2, 3)", "nofunc(1)", "(github.ref", "a == b == c", "github.ref = 'x'", "null != true", "github..ref", "matrix.a || inputs.b", "strategy.job-index", "jobs.a.result", "runner.temp", "job.status",
}

// mistakes are a workflow's copies with one each.
func mistakes(t *testing.T, content []byte) []string {
	var made []string
	count := 0
	// walk ends once `each` says that it is done.
	var walk func(node *yaml.Node, each func(node *yaml.Node, at int) bool) bool
	walk = func(node *yaml.Node, each func(node *yaml.Node, at int) bool) bool {
		for at, child := range node.Content {
			if each(node, at) || walk(child, each) {
				return true
			}
		}
		return false
	}
	tries := []func(parent *yaml.Node, at int) bool{
		func(parent *yaml.Node, at int) bool { // a key misspelt
			if parent.Kind != yaml.MappingNode || at%2 == 1 {
				return false
			}
			parent.Content[at].Value += "x"
			return true
		},
		func(parent *yaml.Node, at int) bool { // a key gone
			if parent.Kind != yaml.MappingNode || at%2 == 1 {
				return false
			}
			parent.Content = slices.Delete(parent.Content, at, at+2)
			return true
		},
		func(parent *yaml.Node, at int) bool { // a key twice
			if parent.Kind != yaml.MappingNode || at%2 == 1 {
				return false
			}
			parent.Content = append(parent.Content, parent.Content[at], parent.Content[at+1])
			return true
		},
	}
	for _, other := range []yaml.Node{
		{Kind: yaml.ScalarNode, Value: "word"}, {Kind: yaml.ScalarNode, Tag: "!!int", Value: "7"}, {Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"},
		{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"}, {Kind: yaml.ScalarNode, Value: "${{ github.ref }}"}, {Kind: yaml.ScalarNode, Value: "${{ steps.a.outcome }}"},
		{Kind: yaml.ScalarNode, Value: "${{ 'a' }}"}, {Kind: yaml.ScalarNode, Value: "", Style: yaml.DoubleQuotedStyle},
		{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "word"}}},
		{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "word"}, {Kind: yaml.ScalarNode, Value: "other"}}},
	} {
		tries = append(tries, func(parent *yaml.Node, at int) bool {
			if parent.Kind == yaml.MappingNode && at%2 == 0 {
				return false
			}
			put := other
			parent.Content[at] = &put
			return true
		})
	}
	var original yaml.Node
	if err := yaml.Unmarshal(content, &original); err != nil {
		t.Fatal(err)
	}
	walk(original.Content[0], func(*yaml.Node, int) bool { count++; return false })
	for nth := range count {
		for _, try := range tries {
			var document yaml.Node
			_ = yaml.Unmarshal(content, &document)
			seen, changed := 0, false
			walk(document.Content[0], func(node *yaml.Node, at int) bool {
				seen++
				changed = seen == nth+1 && try(node, at)
				return seen > nth
			})
			if !changed {
				continue
			}
			text, err := yaml.Marshal(&document)
			if err != nil {
				t.Fatal(fmt.Errorf("%w: %s", err, content))
			}
			made = append(made, string(text))
		}
	}
	return made
}
