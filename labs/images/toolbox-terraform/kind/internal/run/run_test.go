package run

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"lab.local/terraform-kind/internal/kind"
	"lab.local/terraform-kind/internal/said"
)

// fake is a `tofu` that notes how it was called, and does what `does` says for its words.
const fake = `#!/bin/sh
echo "$PWD $*" >> %[1]s/called
case "$*" in
%[2]s
esac
`

// ran is what a question makes of a folder with these files, and how `tofu` was called.
func ran(t *testing.T, asked kind.Asked, does string) ([]said.Command, []string, int) {
	t.Helper()
	place, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	work := filepath.Join(place, "work")
	for path, text := range map[string]string{
		"work/main.tf": "# main\n", "work/legacy/main.tf": "# legacy\n", "tofu": fmt.Sprintf(fake, place, does),
	} {
		path = filepath.Join(place, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(work)
	t.Setenv("PATH", place+":"+os.Getenv("PATH"))
	for name := range settings(asked) {
		t.Setenv(name, "")
	}
	var out strings.Builder
	exit := Run(t.Context(), work, asked, &out)
	commands, err := said.Read(out.String())
	if err != nil {
		t.Fatal(err)
	}
	called, _ := os.ReadFile(filepath.Join(place, "called"))
	return commands, strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(called), work, ""), "\n"), "\n"), exit
}

func of(path string) *string { return &path }

func stages(commands []said.Command) string {
	var found []string
	for _, one := range commands {
		found = append(found, one.Stage)
	}
	return strings.Join(found, " ")
}

func TestAnApplyIsAPlanThatWasReadFirst(t *testing.T) {
	asked := kind.Asked{Apply: of("legacy"), Vars: map[string]string{"project": "abc"}, Env: map[string]string{"A": "b"}}
	commands, called, exit := ran(t, asked, `plan*) echo "$TF_VAR_project $A $TF_INPUT";;`)
	want := []string{
		"/legacy init -json -input=false -reconfigure",
		"/legacy plan -json -lock-timeout=5s -out=" + planFile,
		"/legacy show -json " + planFile,
		"/legacy apply -json " + planFile,
		"/legacy show -json",
	}
	if !reflect.DeepEqual(called, want) || exit != 0 || stages(commands) != "init plan planned apply show" {
		t.Error(called, exit, commands)
	}
	if out := string(commands[1].Out); out != "abc b 0\n" {
		t.Error(out)
	}
}

func TestEachCommandHasWhatItNeeds(t *testing.T) {
	for _, one := range []struct {
		asked  kind.Asked
		stages string
		last   string
	}{
		{kind.Asked{Validate: of(".")}, "init validate", " validate -json"},
		{kind.Asked{Plan: of(".")}, "init plan planned", " show -json " + planFile},
		{kind.Asked{Destroy: of(".")}, "init destroy show", " show -json"},
		{kind.Asked{Test: of(".")}, "init test", " test -json"},
		// Reading prepares nothing.
		{kind.Asked{Fmt: of(".")}, "fmt", " fmt -check -recursive -no-color"},
		{kind.Asked{Output: of(".")}, "output", " output -json"},
		{kind.Asked{Show: of(".")}, "show pull backend", " state pull"},
	} {
		commands, called, exit := ran(t, one.asked, "")
		if stages(commands) != one.stages || called[len(called)-1] != one.last || exit != 0 {
			t.Error(one.stages, stages(commands), called, exit)
		}
	}
}

func TestWhatIsLeftOutIsNotInTheEnvironment(t *testing.T) {
	t.Setenv("HIDDEN", "x")
	for _, unset := range [][]string{nil, {"HIDDEN"}} {
		commands, _, _ := ran(t, kind.Asked{Test: of("."), Unset: unset}, `test*) echo "${HIDDEN-none}";;`)
		if out := string(commands[1].Out); (out == "none\n") != (unset != nil) {
			t.Errorf("%v: %q", unset, out)
		}
	}
}

func TestFilesAreValidatedWithoutTheStatesPlace(t *testing.T) {
	_, called, _ := ran(t, kind.Asked{Validate: of(".")}, "")
	if called[0] != " init -json -input=false -backend=false" {
		t.Error(called)
	}
}

func TestWhatFailsIsTheLast(t *testing.T) {
	for does, want := range map[string]string{
		"init*) exit 1;;":     "init",
		"plan*) exit 1;;":     "init plan",
		"show*plan) exit 1;;": "init plan planned",
		"apply*) exit 1;;":    "init plan planned apply",
	} {
		commands, _, exit := ran(t, kind.Asked{Apply: of(".")}, does)
		if last := commands[len(commands)-1]; stages(commands) != want || *last.Exit != 1 || exit != 0 {
			t.Error(want, commands, exit)
		}
	}
}

func TestFilesInAnotherFormAreShown(t *testing.T) {
	commands, _, _ := ran(t, kind.Asked{Fmt: of(".")}, "*-diff*) echo +++; exit 3;;\nfmt*) echo main.tf; exit 3;;")
	if stages(commands) != "fmt diff" || string(commands[0].Out) != "main.tf\n" || string(commands[1].Out) != "+++\n" {
		t.Error(commands)
	}
}

func TestAFolderThatIsNotThereIsOneWithoutFiles(t *testing.T) {
	commands, called, exit := ran(t, kind.Asked{Apply: of("none")}, "")
	if stages(commands) != "init" || *commands[0].Exit != 1 || called[0] != "" || exit != 0 {
		t.Error(commands, called, exit)
	}
	if told := string(commands[0].Out); !strings.Contains(told, `"summary":"No configuration files"`) {
		t.Error(told)
	}
}

func TestWhatWasKilledEndsTheStepAsTheEngineKnowsIt(t *testing.T) {
	commands, _, exit := ran(t, kind.Asked{Apply: of(".")}, "plan*) kill -9 $$;;")
	if stages(commands) != "init plan" || *commands[1].Exit != said.Killed || exit != said.Killed {
		t.Error(commands, exit)
	}
}

func TestAProgramThatIsNotThereIsAFault(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Chdir(".")
	var out strings.Builder
	Run(t.Context(), t.TempDir(), kind.Asked{Output: of(".")}, &out)
	if _, err := said.Read(out.String()); err == nil || !strings.Contains(err.Error(), "tofu") {
		t.Error(out.String(), err)
	}
}

func TestAtItsEndNothingMoreBegins(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	var out strings.Builder
	run := run{ctx: ctx, said: said.To(&out)}
	err := first(
		func() error { return run.stage(said.Plan, func(_, _ io.Writer) (int, error) { end(); return 0, nil }) },
		func() error { return run.stage(said.Apply, func(_, _ io.Writer) (int, error) { return 0, nil }) },
	)
	commands, failed := said.Read(out.String())
	if err == nil || failed != nil || stages(commands) != "plan" {
		t.Error(err, failed, commands)
	}
	if exit := Run(ctx, t.TempDir(), kind.Asked{Output: of(".")}, &out); exit != told {
		t.Error(exit)
	}
}

const lock = `# Kept.
provider "lab.local/lab/garage" {
  version     = "0.1.0"
  constraints = "~> 0.1"
  hashes = [
    "h1:abc",
  ]
}

provider "registry.opentofu.org/hashicorp/null" {
  version = "3.2.3"
  hashes  = ["h1:def"]
}
`

func TestALockFileKeepsAllButOurSums(t *testing.T) {
	want := strings.Replace(lock, "  hashes = [\n    \"h1:abc\",\n  ]\n", "", 1)
	if kept := string(withoutOurSums([]byte(lock))); kept != want {
		t.Error(kept)
	}
	for _, same := range []string{want, "provider {", "", "hashes = 1\n"} {
		if kept := string(withoutOurSums([]byte(same))); kept != same {
			t.Errorf("%q", kept)
		}
	}
}

func TestAFolderIsPreparedOncePerStateOfItsFiles(t *testing.T) {
	place := t.TempDir()
	t.Chdir(place)
	t.Setenv("PATH", place+":"+os.Getenv("PATH"))
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write("tofu", "#!/bin/sh\nmkdir -p .terraform\necho >> called\nexit ${FAILS:-0}\n")
	write("main.tf", "# one\n")
	write(lockFile, lock)
	prepares := func(times int, of string) {
		t.Helper()
		run := run{ctx: t.Context(), said: said.To(&strings.Builder{})}
		_ = run.prepare()
		if called, _ := os.ReadFile("called"); len(called) != times {
			t.Errorf("%s: %d", of, len(called))
		}
	}
	prepares(1, "at first")
	prepares(1, "again")
	write("notes.md", "# no code\n")
	write(".terraform/modules/x.tf", "# not the learner's\n")
	prepares(1, "with other files")
	write("modules/site/main.tf", "# two\n")
	t.Setenv("FAILS", "1")
	prepares(2, "with a module")
	t.Setenv("FAILS", "0")
	prepares(3, "after a failure")
	if kept, _ := os.ReadFile(lockFile); strings.Contains(string(kept), "h1:abc") || !strings.Contains(string(kept), "h1:def") {
		t.Error(string(kept))
	}
}
