package said

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestWhatIsSaidIsReadAgainWhateverTheBytes(t *testing.T) {
	var text bytes.Buffer
	writer := To(&text)
	for _, err := range []error{writer.Begin(Init), writer.End(0), writer.Begin(Plan)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, part := range []string{"{\"a\":\n", "\xff\x00\"}\n"} {
		if _, err := writer.Out().Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := writer.Err().Write([]byte("no")); err != nil {
		t.Fatal(err)
	}
	commands, err := Read(text.String())
	if err != nil || len(commands) != 2 {
		t.Fatal(commands, err)
	}
	if first := commands[0]; first.Stage != Init || first.Exit == nil || *first.Exit != 0 {
		t.Error(first)
	}
	last := commands[1]
	if last.Stage != Plan || string(last.Out) != "{\"a\":\n\xff\x00\"}\n" || string(last.Err) != "no" || last.Exit != nil {
		t.Error(last)
	}
	// A step that is ended is ended anywhere.
	if cut, err := Read(text.String()[:text.Len()-3]); err != nil || len(cut) != 2 || len(cut[1].Err) != 0 {
		t.Error(cut, err)
	}
}

func TestWhatIsNoneOfOursIsAnError(t *testing.T) {
	var faulty bytes.Buffer
	if err := To(&faulty).Fault(errors.New("no tofu")); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		faulty.String():               "no tofu",
		"passed\n":                    "line 1 of",
		"{\"exit\":0}\n":              "line 1 of the step's output belongs to no stage",
		"{\"stage\":\"init\"}\n[1]\n": "line 2 of",
		"{\"stage\":\"a\"}\n{\"exit\":0}\n{\"out\":\"\"}\n": "line 3 of the step's output belongs to no stage",
	} {
		if commands, err := Read(text); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Error(text, commands, err)
		}
	}
}
