package copies

import (
	"strings"
	"testing"
)

const siteInJSON = `{
  "variable": {"name": {"type": "string", "validation": {"condition": "${length(var.name) > 2}", "error_message": "Too short."}}},
  "resource": [{
    "garage_bucket": {"site": {"global_alias": "${var.name}-site", "website": {"index_document": "index.html"}}},
    "garage_bucket_permission": {"deploy": [{"access_key_id": "GK", "write": true}]}
  }],
  "output": {"name": {"value": "${garage_bucket.site.global_alias}"}, "secret": {"value": "s", "sensitive": true}}
}`

func TestTheSameMistakesAreMadeInJSON(t *testing.T) {
	found := wrongCopies(sources{"main.tf.json": []byte(siteInJSON)}, 9)
	var text string
	for _, change := range found {
		text += change.what + "\n" + change.diff
	}
	for _, want := range []string{
		`+         "condition": "${var.name == var.name}",`,
		`+           "global_alias": "${var.name}-site-x",`,
		"garage_bucket.site: no website\n",
		`+             "owner": "${true}",`,
		`+             "write": "${false}"`,
		`+       "value": "wrong"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing %q in\n%s", want, text)
		}
	}
	if len(found) != 6 {
		t.Errorf("%d mistakes\n%s", len(found), text)
	}
	// Each copy has one mistake.
	for _, change := range found {
		if strings.Count(string(change.files["main.tf.json"]), `"wrong"`) > 0 && !strings.Contains(change.what, "output") {
			t.Errorf("%s: %s", change.what, change.files["main.tf.json"])
		}
	}
}

func TestWhatIsNoJSONHasNoMistakesOfOurs(t *testing.T) {
	if found := sitesInJSON("a.tf.json", []byte("{")); found != nil {
		t.Error(found)
	}
	if got := string(respaced([]byte("{"))); got != "{" {
		t.Error(got)
	}
}

func TestFilesThatOverrideOthersStayWhereTheyAre(t *testing.T) {
	files := sources{"a.tf": []byte("a {}\n"), "a_override.tf": []byte("a {}\n"), "b.tofu": []byte("b {}\n"), "c.tf.json": []byte("{}")}
	joined := equalCopy(files)
	for path, stays := range map[string]bool{"a.tf": false, "a_override.tf": true, "b.tofu": true, "c.tf.json": true} {
		if text := joined.files[path]; (text != nil) != stays {
			t.Errorf("%s: %q", path, text)
		}
	}
}
