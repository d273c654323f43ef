package copies

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"lab.local/terraform-kind/internal/configuration"
)

// probeFolder is where the lab's own test file lies in each copy.
const probeFolder = "lab-probe"

// result is how a run of tests ended.
type result struct {
	// Status is pass, fail or error.
	Status string `json:"status"`
	Passed int    `json:"passed"`
	Failed int    `json:"failed"`
	// Output is what the tool said when it didn't pass.
	Output string `json:"output,omitempty"`
}

// passes tells whether tests ran and none failed. A run of no tests at all ends
// well too, and proves nothing.
func (r result) passes() bool { return r.Status == "pass" && r.Passed > 0 }

// line is what counts in a line of the tool's JSON.
type line struct {
	Run struct{ Run, Status string } `json:"test_run"`
	// TestPlan is what a run planned, where `-verbose` was asked for.
	TestPlan *plan `json:"test_plan"`
	// TestSummary comes last.
	TestSummary *struct {
		Status                  string
		Passed, Failed, Errored int
	} `json:"test_summary"`
}

type plan struct {
	PlannedValues struct {
		Outputs    map[string]struct{ Value any }
		RootModule module `json:"root_module"`
	} `json:"planned_values"`
}

type module struct {
	Resources []struct {
		Type   string
		Values map[string]any
	}
	ChildModules []module `json:"child_modules"`
}

func tofu(folder string, arguments ...string) ([]byte, error) {
	return tofuIn(os.Environ(), folder, arguments...)
}

func tofuIn(environment []string, folder string, arguments ...string) ([]byte, error) {
	command := exec.Command("tofu", arguments...)
	command.Dir = folder
	command.Env = append(environment, "TF_IN_AUTOMATION=1", "TF_INPUT=0")
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	return output.Bytes(), err
}

func initialise(folder string) (string, error) {
	output, err := tofu(folder, "init", "-backend=false", "-no-color", "-input=false")
	return string(output), err
}

func lines(output []byte) []line {
	var found []line
	scanner := bufio.NewScanner(bytes.NewReader(output))
	scanner.Buffer(nil, 16<<20)
	for scanner.Scan() {
		var next line
		if json.Unmarshal(scanner.Bytes(), &next) == nil {
			found = append(found, next)
		}
	}
	return found
}

// cloud are the variables by which a configuration finds the cloud and its state.
var cloud = []string{"GARAGE_ADMIN_URL", "GARAGE_ADMIN_TOKEN", "PG_CONN_STR"}

// withoutCloud is the environment of tests, which are to run without the cloud.
func withoutCloud() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return slices.Contains(cloud, name)
	})
}

// ownTests runs the configuration's own tests.
func ownTests(folder string) result {
	output, _ := tofuIn(withoutCloud(), folder, "test", "-json")
	found := result{Status: "error"}
	for _, line := range lines(output) {
		if line.TestSummary != nil {
			found.Status = line.TestSummary.Status
			found.Passed, found.Failed = line.TestSummary.Passed, line.TestSummary.Failed+line.TestSummary.Errored
		}
	}
	if !found.passes() {
		plain, _ := tofuIn(withoutCloud(), folder, "test", "-no-color")
		found.Output = withoutSkipped(string(plain))
	}
	return found
}

// withoutSkipped is what was said of the runs that ran: after one that failed, the rest are
// skipped.
func withoutSkipped(said string) string {
	lines := strings.SplitAfter(said, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasSuffix(strings.TrimSpace(line), "... skip")
	}), "")
}

// behaviourOf is what the probe sees of a configuration, as a text: for each run
// how it ended, what is planned of each type, and the outputs. Addresses and
// names are left out: those are free.
func behaviourOf(folder string) (string, error) {
	output, _ := tofu(folder, "test", "-json", "-verbose", "-test-directory="+probeFolder)
	var seen []string
	for _, line := range lines(output) {
		switch {
		case line.Run.Run != "":
			seen = append(seen, fmt.Sprintf("run %s: %s", line.Run.Run, line.Run.Status))
		case line.TestPlan != nil:
			for name, output := range line.TestPlan.PlannedValues.Outputs {
				seen = append(seen, fmt.Sprintf("output %s: %s", name, compact(output.Value)))
			}
			seen = append(seen, resources(line.TestPlan.PlannedValues.RootModule)...)
		}
	}
	if len(seen) == 0 {
		return "", fmt.Errorf("no run: %s", bytes.TrimSpace(output))
	}
	slices.Sort(seen)
	return strings.Join(seen, "\n"), nil
}

func resources(module module) []string {
	var found []string
	for _, resource := range module.Resources {
		found = append(found, resource.Type+" "+compact(resource.Values))
	}
	for _, child := range module.ChildModules {
		found = append(found, resources(child)...)
	}
	return found
}

func compact(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

// left out of a copy: other roots, and what belongs to a machine.
var leftOut = []string{".terraform", ".git", ".lab", "legacy", "v1"}

// walkConfiguration visits the files below a folder that are a configuration's.
func walkConfiguration(folder string, visit func(path string) error) error {
	return filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains(append(leftOut, probeFolder), entry.Name()) {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() || !configuration.IsPart(entry.Name()) {
			return nil
		}
		inside, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		return visit(inside)
	})
}

// mostCopied is how many bytes a file may have to be copied.
const mostCopied = 1 << 20

// copyConfiguration copies the learner's files, without the lock's checksums:
// they are those of the machine that wrote them.
func copyConfiguration(from, to string) error {
	if err := copyExcept(from, to, leftOut); err != nil {
		return err
	}
	err := os.Remove(filepath.Join(to, ".terraform.lock.hcl"))
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

func copyProbe(probe, to string) error {
	return copyExcept(probe, filepath.Join(to, probeFolder), nil)
}

func copyTree(from, to string) error { return copyExcept(from, to, nil) }

func copyExcept(from, to string, without []string) error {
	return filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, inside)
		switch {
		case entry.IsDir() && inside != "." && slices.Contains(without, entry.Name()):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755)
		case entry.Type()&os.ModeSymlink != 0:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case entry.Type().IsRegular():
			// Pictures and films are read where they are: copies have little room.
			if info, err := entry.Info(); err == nil && info.Size() > mostCopied {
				whole, err := filepath.Abs(path)
				if err != nil {
					return err
				}
				return os.Symlink(whole, target)
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return os.WriteFile(target, text, 0o644)
		default:
			return nil
		}
	})
}
