package runner

import (
	"fmt"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// often is how many times a test asks for what a map of Go could tell differently.
const often = 50

// told are a matrix's legs, each as `key=value` in the order of these keys.
func told(t *testing.T, matrix string, keys ...string) string {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(matrix), &document); err != nil {
		t.Fatal(err)
	}
	found, err := legs(document.Content[0])
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, each := range found {
		var one []string
		for _, key := range keys {
			if value, has := each[key]; has {
				one = append(one, fmt.Sprint(value))
			}
		}
		all = append(all, strings.Join(one, "-"))
	}
	return strings.Join(all, " ")
}

// https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
func TestLegsAreInTheOrderInWhichTheMatrixIsWritten(t *testing.T) {
	for matrix, want := range map[string]string{
		"{v: [10, 12, 14], os: [u, w]}":                                                        "10-u 10-w 12-u 12-w 14-u 14-w",
		"{os: [w, u], v: [12, 10]}":                                                            "12-w 10-w 12-u 10-u",
		"{include: [{v: 2}, {v: 1}]}":                                                          "2 1",
		"{v: [1, 2], exclude: [{v: 1}]}":                                                       "2",
		"{v: [1, 2], os: [u, w], exclude: [{v: 2, os: W}, {os: u, v: '1'}]}":                   "1-w 2-u",
		"{v: [1, 2], include: [{c: green}, {v: 2, c: pink}, {v: 3, c: red}, {v: 3, d: blue}]}": "1-green 2-pink 3-red 3-blue",
		"{v: [1], exclude: [{v: 1}], include: [{v: 1, c: x}]}":                                 "1-x",
		"{n: [{a: 1, v: 2}, {a: 2}], exclude: [{n: {a: 2}}]}":                                  "map[a:1 v:2]",
	} {
		for range often {
			if got := told(t, matrix, "v", "os", "c", "d", "n"); got != want {
				t.Fatalf("%s: %s, and not %s", matrix, got, want)
			}
		}
	}
}

func TestAMatrixThatGitHubRefusesHasNoLegs(t *testing.T) {
	for matrix, want := range map[string]string{
		"{v: []}":                           "`v` doesn't contain any values",
		"{v: 1}":                            "`v` isn't a list",
		"{}":                                "it has neither a list of values nor an `include`",
		"[a]":                               "it isn't a mapping of keys to lists",
		"{v: [1], exclude: [{z: 1, y: 1}]}": "`exclude` names `y`, which isn't a key of it",
		"{v: [1], include: [a]}":            "`include` isn't a list of mappings",
		"{a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9], b: *a, c: *a, d: *a, e: *a, f: *a, g: *a, h: *a, i: *a, j: *a}": "it makes more than 256 jobs",
	} {
		matrix = strings.ReplaceAll(strings.ReplaceAll(matrix, "&a ", ""), "*a", "[1, 2, 3, 4, 5, 6, 7, 8, 9]")
		for range often {
			if got := told(t, matrix, "v"); got != want {
				t.Fatalf("%s: %s, and not %s", matrix, got, want)
			}
		}
	}
}

func TestACommandsEscapesArePutBackOnce(t *testing.T) {
	for range often {
		if got := unescape("100%25 a%250Ab%0Ac", dataEscapes); got != "100% a%0Ab\nc" {
			t.Fatalf("%q", got)
		}
		if got := unescape("%252C%2C", propertyEscapes); got != "%2C," {
			t.Fatalf("%q", got)
		}
	}
}

// GitHub promises no order; the same run has to say the same each time.
func TestOutputsOfAMatrixAreThoseOfItsLastLeg(t *testing.T) {
	for range often {
		results := newResults()
		for _, leg := range []int{2, 0, 1} {
			results.put("a", leg, map[string]string{"n": fmt.Sprint(leg), "only": map[int]string{1: "one"}[leg]})
		}
		if got := results.of("a"); got["n"] != "2" || got["only"] != "one" {
			t.Fatal(got)
		}
	}
	if got := newResults().of("a"); got != nil {
		t.Error(got)
	}
}
