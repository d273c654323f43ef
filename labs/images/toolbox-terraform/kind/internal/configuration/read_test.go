package configuration

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// folder has these files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	place := t.TempDir()
	for path, text := range files {
		path = filepath.Join(place, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return place
}

func read(t *testing.T, work, path string) Found {
	t.Helper()
	found, err := Read(work, path)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func says(t *testing.T, config map[string]any, want string) {
	t.Helper()
	text, err := json.Marshal(config)
	var one, other any
	if err == nil {
		err = json.Unmarshal(text, &one)
	}
	if err == nil {
		err = json.Unmarshal([]byte(want), &other)
	}
	if err != nil || !reflect.DeepEqual(one, other) {
		t.Errorf("%s instead of %s %v", text, want, err)
	}
}

const source = `variable "region" {
  default = "garage"
}
resource "aws_s3_bucket" "site" {
  bucket = "${var.region}-site"
  count  = var.on ? 1 : 0
  tags   = { Name = "Site", Size = 3, (var.x) = -1, "a b" = null }
}
provider "aws" {}
provider "aws" {
  alias = "eu"
}
`

func TestHCLIsDataByItsBlocksAndLabels(t *testing.T) {
	work := folder(t, map[string]string{"main.tf": source})
	says(t, read(t, work, "main.tf").Config, `{
		"variable": {"region": {"default": "garage"}},
		"resource": {"aws_s3_bucket": {"site": {
			"bucket": "${var.region}-site", "count": "${var.on ? 1 : 0}",
			"tags": {"Name": "Site", "Size": 3, "${(var.x)}": -1, "a b": null}
		}}},
		"provider": {"aws": [{}, {"alias": "eu"}]}
	}`)
}

func TestExpressionsAreValuesOrTheirSource(t *testing.T) {
	for expression, want := range map[string]string{
		`[1, true, "x"]`:              `[1, true, "x"]`,
		`1.5`:                         `1.5`,
		`12345678901234567`:           `12345678901234567`,
		`"a $${b} %%{c}"`:             `"a $${b} %%{c}"`,
		`"${var.x}"`:                  `"${var.x}"`,
		`"a${x}%{ if y }b%{ endif }"`: `"a${x}%{ if y }b%{ endif }"`,
		"<<-E\n  a\n    b\n  E\n":     `"a\n  b\n"`,
		`var.x`:                       `"${var.x}"`,
		`1 + 2`:                       `"${1 + 2}"`,
		`[for x in y : x]`:            `"${[for x in y : x]}"`,
		`f("x", z...)`:                `"${f(\"x\", z...)}"`,
		`!true`:                       `false`,
		`{ 80 = "${x}" }`:             `{"80": "${x}"}`,
	} {
		work := folder(t, map[string]string{"a.tfvars": "a = " + expression + "\n"})
		says(t, read(t, work, "a.tfvars").Config, `{"a": `+want+`}`)
	}
	work := folder(t, map[string]string{"a.tfvars": "a = 1e999\n"})
	if text, is := read(t, work, "a.tfvars").Config["a"].(string); !is || !strings.Contains(text, "999") {
		t.Error(text)
	}
}

func TestAFolderIsOneConfiguration(t *testing.T) {
	work := folder(t, map[string]string{
		"site/a.tf": "locals {\n  a = 1\n}\n", "site/b.tf": "locals {\n  b = 2\n}\nmodule \"x\" {}\n",
		"site/deep/c.tf": "locals {}\n", "site/.hidden.tf": "locals {}\n", "site/notes.md": "# No {\n",
	})
	says(t, read(t, work, "site").Config, `{"locals": [{"a": 1}, {"b": 2}], "module": {"x": {}}}`)
	says(t, read(t, folder(t, nil), ".").Config, `{}`)
	says(t, read(t, "/nowhere", filepath.Join(work, "site/deep")).Config, `{"locals": {}}`)
}

func TestAnErrorHasItsFileAndLine(t *testing.T) {
	work := folder(t, map[string]string{"main.tf": "a = 1\nvariable \"b\" {\n  type string\n}\n", "z.tf": "ok = 1\n"})
	found := read(t, work, ".")
	if len(found.Problems) != 1 {
		t.Fatal(found)
	}
	want := Problem{Summary: "Invalid block definition", File: "main.tf", Code: "  type string", Line: 3}
	want.Detail = found.Problems[0].Detail
	if found.Problems[0] != want || want.Detail == "" {
		t.Error(found.Problems)
	}
	says(t, found.Config, `{}`)
}

func TestWhatIsNotThereIsNoFile(t *testing.T) {
	work := folder(t, map[string]string{"main.tf": ""})
	if err := os.Symlink("/etc", filepath.Join(work, "out")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"none.tf", "none", "out", "out/passwd", "../main.tf", "/dev/null"} {
		if found, err := Read(work, path); !errors.Is(err, ErrNoFile) {
			t.Error(path, found, err)
		}
	}
}

func TestWhatTheParserCannotBearIsNotJudged(t *testing.T) {
	deep := func(open, close string) string {
		return strings.Repeat(open, 100_000/len(open)) + "1" + strings.Repeat(close, 100_000/len(open))
	}
	for _, text := range []string{
		"a = " + deep("[", "]"), "a = " + deep("(", ")"), "a = " + deep(`"${`, `}"`), deep("a {\n", "}\n"),
		"a = " + deep("{a=", "}"), "a = " + strings.Repeat("[", 40_000), strings.Repeat("a {}\n", 40_000),
		"a = " + strings.Repeat("!", 200_000) + "1\n", "a = " + strings.Repeat("b ? 1 : ", 30_000) + "1\n",
		"# " + strings.Repeat("x", mostBytes),
	} {
		if found := read(t, folder(t, map[string]string{"main.tf": text}), "main.tf"); found.Excess == "" {
			t.Errorf("%.20q is read: %v", text, found.Problems)
		}
	}
	// As much as is let through is read.
	for _, text := range []string{
		"a = " + strings.Repeat("!", mostTokens-10) + "true\n", "a = " + strings.Repeat("b ? 1 : ", mostTokens/4-10) + "1\n",
		"a = " + strings.Repeat("[", mostDepth) + strings.Repeat("]", mostDepth) + "\n",
	} {
		if found := read(t, folder(t, map[string]string{"main.tf": text}), "main.tf"); found.Excess != "" || found.Config["a"] == nil {
			t.Errorf("%.20q: %v %v", text, found.Excess, found.Problems)
		}
	}
	if found := read(t, folder(t, map[string]string{"a.tf": "", "b.tf.json": "{}"}), "."); found.Excess == "" {
		t.Error(found)
	}
}

func TestAnyTextIsReadOrHasProblems(t *testing.T) {
	pieces := []string{
		"resource \"a\" \"b\" {", "}", "\n", "bucket = ", "\"${", "}\"", "<<EOT\n", "EOT\n", "[for x in y : x]",
		"{for k, v in m : k => v}", "[", "]", "(", ")", "var.x", "1", "-", "1e999", "\"", "//", "/*", "*/", "#", "? :",
		"%{ if x }", "%{ endif }", "...", "\ufeff", "80 = 1", "\x1b[2J", "null", "true", "==", "&&", "!", ",", ".", "*", "::",
		"~", "a = ", "{", "\xff",
	}
	draw := rand.New(rand.NewPCG(7, 7))
	read, broken := 0, 0
	for range 3_000 {
		var text strings.Builder
		for range 1 + draw.IntN(20) {
			text.WriteString(pieces[draw.IntN(len(pieces))])
		}
		var found Found
		all := &tree{}
		found.read(all, "main.tf", []byte(text.String()))
		if _, err := json.Marshal(all.object()); err != nil {
			t.Fatalf("%q: %v", text.String(), err)
		}
		if len(found.Problems) == 0 {
			read++
		} else {
			broken++
		}
	}
	if read < 20 || broken < 20 {
		t.Error(read, broken)
	}
}
