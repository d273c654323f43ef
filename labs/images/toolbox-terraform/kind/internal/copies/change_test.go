package copies

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const siteModule = `variable "name" {
  type = string
  validation {
    condition     = length(var.name) > 2
    error_message = "Too short."
  }
}

resource "garage_bucket" "site" {
  global_alias = "${var.name}-site"
  website      = { index_document = "index.html" }
}

resource "garage_bucket_permission" "deploy" {
  bucket_id     = garage_bucket.site.id
  access_key_id = "GK"
  write         = true
}

output "name" {
  value = garage_bucket.site.global_alias
}

output "secret" {
  value     = "s"
  sensitive = true
}
`

func TestEachMistakeIsMadeOnce(t *testing.T) {
	found := wrongCopies(sources{"main.tf": []byte(siteModule)}, 9)
	var text string
	for _, change := range found {
		text += change.what + "\n" + change.diff
	}
	for _, want := range []string{
		"var.name takes anything\nmain.tf, line 4\n-     condition     = length(var.name) > 2\n+     condition     = var.name == var.name\n",
		`garage_bucket.site: another name` + "\nmain.tf, line 10\n" + `-   global_alias = "${var.name}-site"` + "\n" + `+   global_alias = format("%s-x", "${var.name}-site")` + "\n",
		"garage_bucket.site: no website\nmain.tf, line 11\n-   website      = { index_document = \"index.html\" }\n",
		"deploy: the key may change the bucket itself\nmain.tf, line 18\n+   owner         = true\n",
		"deploy: the key may not write\nmain.tf, line 17\n-   write         = true\n+   write         = false\n",
		"output.name says something else\nmain.tf, line 21\n-   value = garage_bucket.site.global_alias\n+   value = \"wrong\"\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
	if len(found) != 6 {
		t.Errorf("%d mistakes\n%s", len(found), text)
	}
}

func TestKindsTakeTurns(t *testing.T) {
	files := sources{"a.tf": []byte(siteModule), "b.tf": []byte(siteModule)}
	kinds := map[string]int{}
	for _, change := range wrongCopies(files, 7) {
		kinds[change.what]++
	}
	if len(kinds) != 6 {
		t.Error(kinds)
	}
	if found := wrongCopies(files, 99); len(found) != 12 {
		t.Error(len(found))
	}
}

func TestOnlyOutputsThatTheTaskNamesAreChanged(t *testing.T) {
	text := []byte(siteModule)
	inJSON := []byte(`{"output": {"name": {"value": "a"}}}`)
	for folder, promised := range map[string]bool{"": true, "modules/site/": true, "modules/bucket/": false, "modules/site/inner/": false} {
		var changed bool
		for _, site := range append(sites(folder+"main.tf", text), sites(folder+"main.tf.json", inJSON)...) {
			changed = changed || site.kind == "output"
		}
		if changed != promised {
			t.Errorf("%q: changed %v", folder, changed)
		}
	}
}

func TestTestsRunWithoutTheCloud(t *testing.T) {
	t.Setenv("GARAGE_ADMIN_TOKEN", "secret")
	t.Setenv("TF_VAR_project", "pli")
	environment := strings.Join(withoutCloud(), "\n")
	if strings.Contains(environment, "GARAGE_ADMIN_TOKEN") || !strings.Contains(environment, "TF_VAR_project=pli") {
		t.Error(environment)
	}
}

func TestSkippedRunsAreNotSaid(t *testing.T) {
	said := "a.tftest.hcl... fail\n  run \"one\"... fail\nError: x\n  run \"two\"... skip\n\nFailure!\n"
	if kept := withoutSkipped(said); kept != "a.tftest.hcl... fail\n  run \"one\"... fail\nError: x\n\nFailure!\n" {
		t.Error(kept)
	}
}

func TestFilesThatDoNotParseHoldNoMistake(t *testing.T) {
	if found := sites("a.tf", []byte("resource {")); found != nil {
		t.Error(found)
	}
}

func TestTheEqualCopyKeepsEveryText(t *testing.T) {
	files := sources{"main.tf": []byte("a"), "more.tf": []byte("b"), "modules/site/main.tf": []byte("c")}
	joined := equalCopy(files).files
	if string(joined["joined.tf"]) != "# A comment.\n\na\n# A comment.\n\nb\n" {
		t.Errorf("%q", joined["joined.tf"])
	}
	if string(joined["modules/site/joined.tf"]) != "# A comment.\n\nc\n" {
		t.Errorf("%q", joined["modules/site/joined.tf"])
	}
	if text, there := joined["main.tf"]; !there || text != nil {
		t.Error("the parts stayed beside what they were joined to")
	}
}

func TestNoTestsAreNoPass(t *testing.T) {
	for want, result := range map[bool]result{true: {Status: "pass", Passed: 1}, false: {Status: "pass"}} {
		if result.passes() != want {
			t.Error(result)
		}
	}
	if (result{Status: "fail", Passed: 3, Failed: 1}).passes() {
		t.Error("a failure passes")
	}
}

func TestLargeFilesAreLinkedAndSmallOnesCopied(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	for name, size := range map[string]int{"film": mostCopied + 1, "main.tf": 10} {
		if err := os.WriteFile(filepath.Join(from, name), make([]byte, size), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := copyTree(from, to); err != nil {
		t.Fatal(err)
	}
	film, err := os.ReadFile(filepath.Join(to, "film"))
	if info, _ := os.Lstat(filepath.Join(to, "film")); err != nil || len(film) != mostCopied+1 || info.Mode().IsRegular() {
		t.Errorf("film: %d bytes, %v", len(film), err)
	}
	if info, err := os.Lstat(filepath.Join(to, "main.tf")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("main.tf: %v", err)
	}
}
