package kind

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/syntax"
)

// Answer is values, or why there are none.
type Answer struct {
	Fields map[string]any `json:"fields,omitempty"`
	// More stands beside the fields in the document.
	More     map[string]any `json:"more,omitempty"`
	Evidence []Evidence     `json:"evidence,omitempty"`
	// HangOnTime names the fields that might have another value on a faster machine.
	HangOnTime []string `json:"hang-on-time,omitempty"`
	Trouble    *Trouble `json:"trouble,omitempty"`
}

// Evidence is a text that helps to read a failure.
type Evidence struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// Trouble is why there are no values.
type Trouble struct {
	Kind   string `json:"kind"`
	Detail string `json:"detail,omitempty"`
	What   string `json:"what,omitempty"`
}

const (
	// tailLines of what went wrong are shown of each of mostSteps.
	tailLines = 8
	mostSteps = 3
	// mostProblems are shown.
	mostProblems = 5
)

// notHere are the codes of what GitHub does and the runner can't.
var notHere = map[string]bool{ask.Container: true, ask.Services: true, ask.Parallel: true}

// more is what a run's document has beside the fields.
var more = []string{"base", "merge", "deployers", "running"}

// Fault is the lab's own.
func Fault(err error) Answer {
	return Answer{Trouble: &Trouble{Kind: "fault", Detail: err.Error()}}
}

// OfRun is the answer that a step makes which ran an event. One that was ended before
// it could say anything says how far it came with its conclusion alone.
func OfRun(done Done) Answer {
	run, err := decode(done.Stdout)
	switch {
	case err == nil:
		return Seen(run)
	case done.Ended != "":
		run = ask.Empty()
		run.Triggered, run.Conclusion, run.Time = true, done.Ended, done.Time
		return Seen(run)
	case done.Stdout == "":
		said := strings.Split(strings.TrimSpace(done.Stderr), "\n")
		return Fault(fmt.Errorf("the run ended with exit code %d: %s", done.Exit, said[len(said)-1]))
	}
	return Fault(err)
}

// Again is the answer that an earlier one's document makes.
func Again(document string) Answer {
	run, err := decode(document)
	if err != nil {
		return Fault(fmt.Errorf("no captured run: %w", err))
	}
	return Seen(run)
}

// decode what a run says; one that lacks anything is none.
func decode(text string) (*ask.Answer, error) {
	var said map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &said); err != nil {
		return nil, err
	}
	var fault string
	if json.Unmarshal(said["fault"], &fault) == nil && fault != "" {
		return nil, fmt.Errorf("%s", fault)
	}
	for name := range plain(ask.Empty()) {
		if _, there := said[name]; !there {
			return nil, fmt.Errorf("the run has no `%s`", name)
		}
	}
	run := &ask.Answer{}
	// A number in a matrix stays as it was written.
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return run, decoder.Decode(run)
}

// plain is a value as its JSON has it.
func plain(value any) map[string]any {
	found := map[string]any{}
	text, err := json.Marshal(value)
	if err == nil {
		decoder := json.NewDecoder(strings.NewReader(string(text)))
		decoder.UseNumber()
		_ = decoder.Decode(&found)
	}
	return found
}

// Seen is a run as selectors see it.
func Seen(run *ask.Answer) Answer {
	problem := told(run.Problems)
	judged := len(run.Problems) == 0
	for _, one := range run.Problems {
		judged = judged || !notHere[one.Code]
	}
	if !judged {
		return Answer{Trouble: &Trouble{Kind: "not-here", What: strings.ReplaceAll(problem, "\n", "; ")}}
	}
	legs, steps, failed := []*ask.Job{}, []map[string]string{}, []string{}
	for _, job := range run.Jobs {
		if len(job.Matrix) > 0 {
			legs = append(legs, job)
		}
		for _, step := range job.Steps {
			steps = append(steps, map[string]string{
				"job": job.Name, "name": step.Name, "id": step.ID, "conclusion": step.Conclusion,
			})
			if step.Conclusion == ask.Failure {
				failed = append(failed, job.Name+": "+step.Name)
			}
		}
	}
	answer := Answer{Fields: plain(run), More: map[string]any{}, Evidence: evidence(run, problem)}
	for name, none := range plain(ask.Empty()) {
		if answer.Fields[name] == nil {
			answer.Fields[name] = none
		}
	}
	for _, name := range more {
		answer.More[name] = answer.Fields[name]
		delete(answer.Fields, name)
	}
	answer.Fields["legs"], answer.Fields["steps"] = legs, steps
	answer.Fields["failed-steps"], answer.Fields["problem"] = failed, problem
	answer.HangOnTime = hangOnTime(run)
	return answer
}

// hangOnTime names what a slow machine may have decided. It ends runs, and makes steps fail
// that wait for an answer: where nothing failed it decided nothing. It doesn't make anything
// arrive, either, unless a job that deploys was cut short on its way back.
func hangOnTime(run *ask.Answer) []string {
	failed := run.Conclusion == ask.TimedOut || run.Conclusion == ask.TooMuch || run.Conclusion == ask.OutOfMemory
	deploying := failed
	for _, job := range run.Jobs {
		broken := job.Conclusion == ask.Failure || job.Conclusion == ask.Cancelled
		for _, step := range job.Steps {
			broken = broken || step.Conclusion == ask.Failure
		}
		deploys := slices.ContainsFunc(run.Deployers, func(deployer ask.Deployer) bool {
			return deployer.Workflow == job.Workflow && deployer.Job == job.Name
		})
		failed, deploying = failed || broken, deploying || broken && deploys
	}
	if !failed {
		return nil
	}
	names := []string{
		"workflows", "jobs", "legs", "steps", "failed-steps", "artifacts", "log", "time",
		"staging", "on-staging", "staging-now", "production-now",
	}
	// Being slow turns no run green.
	if run.Conclusion != ask.Success {
		names = append(names, "conclusion")
	}
	for name, arrived := range map[string]int{
		"production": len(run.Production), "in-production": len(run.InProduction), "deployed": len(run.Deployed),
	} {
		if deploying || arrived == 0 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Model is what workflows say, as selectors see it.
func Model(described *syntax.Model) Answer {
	problem := told(described.Problems)
	answer := Answer{Fields: plain(described), Evidence: []Evidence{{"problem", problem}}}
	answer.Fields["problem"] = problem
	return answer
}

// told is problems as lines: `file:line: what is wrong`.
func told(problems []ask.Problem) string {
	var lines []string
	for _, problem := range problems {
		if len(lines) == mostProblems {
			lines = append(lines, "…")
			break
		}
		place := problem.File
		if problem.Line != 0 {
			place = fmt.Sprintf("%s:%d", problem.File, problem.Line)
		}
		lines = append(lines, place+": "+problem.Text)
	}
	return strings.Join(lines, "\n")
}

// evidence is what a learner may want to read when a check of a run fails.
func evidence(run *ask.Answer, problem string) []Evidence {
	found := []Evidence{{"problem", problem}}
	switch run.Conclusion {
	case ask.TimedOut, ask.TooMuch, ask.OutOfMemory:
		found = append(found, Evidence{"ended", run.Conclusion}, Evidence{"running", strings.Join(run.Running, "\n")})
	}
	var lines []string
	add := func(name string) {
		found = append(found, Evidence{name, strings.Join(lines, "\n")})
		lines = nil
	}
	for _, ran := range run.Workflows {
		if !run.Triggered && !ran.Triggered {
			lines = append(lines, fmt.Sprintf("%s (%s): %s", ran.File, ran.Event, ran.Why))
		}
	}
	add("not-triggered")
	shown := 0
	for _, job := range run.Jobs {
		for _, step := range job.Steps {
			if step.Conclusion != ask.Failure || shown == mostSteps {
				continue
			}
			shown++
			lines = append(lines, strings.Join(append([]string{job.Name + ": " + step.Name}, tail(step.Log)...), "\n  "))
		}
	}
	add("failed-steps")
	lines = append(arrived("staging", run.Staging, run.SHA), arrived("production", run.Production, run.SHA)...)
	add("arrived")
	for _, leak := range run.Leaks {
		lines = append(lines, leak.Secret+": "+leak.Where)
	}
	add("leaks")
	return found
}

func tail(log string) []string {
	var lines []string
	for _, line := range strings.Split(log, "\n") {
		if strings.TrimSpace(line) != "" {
			lines = append(lines, strings.TrimSuffix(line, "\r"))
		}
	}
	return lines[max(0, len(lines)-tailLines):]
}

func arrived(name string, arrivals []ask.Arrival, own string) []string {
	var lines []string
	for _, arrival := range arrivals {
		line := name + ": " + arrival.SHA
		if arrival.SHA == own {
			line += " (this run's commit)"
		}
		lines = append(lines, line)
	}
	return lines
}
