package run

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/sirupsen/logrus"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/secret"
)

const (
	// keptOfStep is how much of a step's output is kept for looking for secrets.
	keptOfStep = 4 << 20
	// toldOfStep is how much of a failed step's end is told.
	toldOfStep = 4 << 10
	// mostOutput is how much all steps may say together.
	mostOutput = 100 << 20
	// keptHead and keptTail are what is kept of the whole log.
	keptHead = 16 << 10
	keptTail = 48 << 10
)

// journal notes what act tells of jobs and steps. It is a formatter of act's
// logger, called within the process: nothing that a step prints can be taken
// for something that act says.
type journal struct {
	mutex  sync.Mutex
	finder secret.Finder
	// workflow and event are those that run now.
	workflow, event string
	// begun counts the workflows that have begun.
	begun      int
	order      []*jobNotes
	jobs       map[string]*jobNotes
	head, tail []byte
	cut        bool
	// stopped tells that the run is over: what comes of ending what runs is no news.
	stopped bool
	output  int
	// tooMuch is closed once there is too much output.
	tooMuch chan struct{}
	// before and after are called around each job that has steps.
	before func()
	after  func(notes *jobNotes)
}

// jobNotes are of one job, or one leg of its matrix.
type jobNotes struct {
	job    *ask.Job
	result string
	// place is where it stands, among workflows and in its own.
	place    string
	errors   []string
	started  bool
	ended    bool
	steps    map[string]*stepNotes
	swallows map[string]bool
	// coped tells that its failure doesn't count, called that it is a workflow.
	coped, called bool
}

type stepNotes struct {
	step *ask.Step
	text []byte
	cut  bool
}

func newJournal(finder secret.Finder) *journal {
	return &journal{finder: finder, jobs: map[string]*jobNotes{}, tooMuch: make(chan struct{})}
}

// WithJobLogger gives act a logger that writes nowhere and tells the journal.
func (j *journal) WithJobLogger() *logrus.Logger {
	logger := logrus.New()
	logger.SetOutput(discard{})
	logger.SetLevel(logrus.DebugLevel)
	logger.SetFormatter(j)
	return logger
}

type discard struct{}

func (discard) Write(bytes []byte) (int, error) { return len(bytes), nil }

// Format takes an entry in.
func (j *journal) Format(entry *logrus.Entry) ([]byte, error) {
	name, _ := entry.Data["job"].(string)
	if name == "" {
		return nil, nil
	}
	stage, _ := entry.Data["stage"].(string)
	id := stepID(entry.Data)
	if id == "--setup-job" && strings.Contains(entry.Message, "Run Set up job") {
		j.before()
	}
	notes := j.take(entry, strings.TrimSpace(name), stage, id)
	if notes != nil {
		j.after(notes)
	}
	return nil, nil
}

// annotations are the commands of a step that say something to people.
var annotations = map[string]string{"error": "Error: ", "warning": "Warning: ", "notice": "Notice: "}

// take notes an entry; it gives the job when that has just ended.
func (j *journal) take(entry *logrus.Entry, name, stage, id string) *jobNotes {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if j.stopped {
		return nil
	}
	notes := j.of(entry, name)
	if stage != "" && id != "" {
		notes.at(stage, id, entry.Data)
	}
	if raw, _ := entry.Data["raw_output"].(bool); raw {
		j.said(notes, stage, id, clean(entry.Message))
		return nil
	}
	if id == "--setup-job" {
		notes.started = true
	}
	if strings.HasPrefix(entry.Message, "Failed but continue next step") {
		notes.swallows[stage+" "+id] = true
	}
	if result := fmt.Sprint(entry.Data["stepResult"]); entry.Data["stepResult"] != nil && id != "" {
		step := notes.at(stage, id, entry.Data)
		if result == ask.Failure && notes.swallows[stage+" "+id] {
			// The step failed and its `continue-on-error` makes it a success.
			step.step.Conclusion = ask.Success
		} else {
			step.step.Conclusion = result
		}
	}
	command, isCommand := entry.Data["command"].(string)
	if words, found := annotations[command]; found {
		// Of its two forms in the entry only the message is masked.
		_, rest, _ := strings.Cut(entry.Message, "::")
		_, text, _ := strings.Cut(rest, "::")
		j.said(notes, stage, id, words+clean(strings.ReplaceAll(text, "%0A", "\n")))
	}
	if entry.Level <= logrus.ErrorLevel && !isCommand {
		notes.errors = append(notes.errors, entry.Message)
		j.log(notes, entry.Message)
	}
	if strings.Contains(entry.Message, "Skipping unsupported platform") {
		notes.errors = append(notes.errors, "no such runner")
	}
	if result, found := entry.Data["jobResult"].(string); found {
		notes.result = result
		notes.coped, _ = entry.Data["excused"].(bool)
		ended := notes.started && !notes.ended
		notes.ended = true
		if ended {
			return notes
		}
	}
	return nil
}

func (j *journal) stop() {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.stopped = true
}

func stepID(data logrus.Fields) string {
	for _, key := range []string{"stepID", "stepid"} {
		if ids, found := data[key].([]string); found {
			return strings.Join(ids, " ")
		}
	}
	return ""
}

// of is the job that an entry is about.
func (j *journal) of(entry *logrus.Entry, name string) *jobNotes {
	id, _ := entry.Data["jobID"].(string)
	matrix, _ := entry.Data["matrix"].(map[string]any)
	encoded, _ := json.Marshal(matrix)
	key := strings.Join([]string{j.event, j.workflow, name, id, string(encoded)}, "\x00")
	notes := j.jobs[key]
	if notes == nil {
		if matrix == nil {
			matrix = map[string]any{}
		}
		notes = &jobNotes{
			place:    fmt.Sprintf("%03d %v", j.begun, entry.Data["place"]),
			job:      &ask.Job{Workflow: j.workflow, Event: j.event, Job: id, Name: name, Matrix: matrix, Steps: []*ask.Step{}},
			steps:    map[string]*stepNotes{},
			swallows: map[string]bool{},
		}
		j.jobs[key] = notes
		j.order = append(j.order, notes)
	}
	return notes
}

// at is the step that an entry is about. Only what a workflow's author wrote
// is told of; what act does before and after it has a stage of its own.
func (n *jobNotes) at(stage, id string, data logrus.Fields) *stepNotes {
	key := stage + " " + id
	step := n.steps[key]
	if step == nil {
		step = &stepNotes{step: &ask.Step{ID: id}}
		n.steps[key] = step
		if stage == "Main" && !strings.Contains(id, " ") {
			n.job.Steps = append(n.job.Steps, step.step)
		}
	}
	if name, _ := data["step"].(string); name != "" && step.step.Name == "" {
		step.step.Name = name
	}
	return step
}

// control are sequences that color a terminal's text or move its cursor, which some
// programs write wherever they are.
var control = regexp.MustCompile("\x1b(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)|[@-Z\\\\-_])")

func clean(line string) string {
	return control.ReplaceAllString(strings.TrimRight(line, "\r\n"), "")
}

// said takes in a line of a step's.
func (j *journal) said(notes *jobNotes, stage, id, line string) {
	j.output += len(line) + 1
	if j.output > mostOutput {
		select {
		case <-j.tooMuch:
		default:
			close(j.tooMuch)
		}
		return
	}
	outer, _, _ := strings.Cut(id, " ")
	step := notes.at(stage, outer, logrus.Fields{})
	if len(step.text) < keptOfStep {
		step.text = append(append(step.text, line...), '\n')
	} else {
		step.cut = true
	}
	j.log(notes, "| "+line)
}

func (j *journal) log(notes *jobNotes, line string) {
	text := notes.job.Name + " " + strings.TrimRight(line, "\r\n") + "\n"
	if len(j.head)+len(text) <= keptHead && !j.cut {
		j.head = append(j.head, text...)
		return
	}
	j.cut = true
	j.tail = append(j.tail, text...)
	if len(j.tail) > 2*keptTail {
		j.tail = append([]byte(nil), j.tail[len(j.tail)-keptTail:]...)
	}
}

// text is the log, without secrets.
func (j *journal) text() string {
	tail := j.tail
	between := ""
	if len(tail) > keptTail {
		tail = tail[len(tail)-keptTail:]
	}
	if len(j.tail) > 0 {
		between = "…\n"
	}
	return strings.ToValidUTF8(j.finder.Mask(string(j.head)+between+string(tail)), "�")
}

// conclude settles what a job came to. A leg is judged by its own steps, for
// act keeps one result for all legs of a matrix.
func (n *jobNotes) conclude() string {
	if n.called || n.result == ask.Cancelled {
		return n.result
	}
	for _, step := range n.steps {
		if step.step.Conclusion == ask.Failure {
			return ask.Failure
		}
	}
	switch {
	case !n.started && n.result == ask.Skipped:
		return ask.Skipped
	case len(n.errors) > 0:
		return ask.Failure
	case n.result == "" || !n.ended:
		return ask.Cancelled
	}
	return ask.Success
}

// finish settles all jobs and steps, and gives the leaks of their logs and what
// still ran.
func (j *journal) finish() ([]*ask.Job, []ask.Leak, []string) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	jobs, leaks, running := []*ask.Job{}, []ask.Leak{}, []string{}
	// Jobs that run side by side begin in any order, and are told in that of the workflow.
	slices.SortStableFunc(j.order, func(a, b *jobNotes) int { return strings.Compare(a.place, b.place) })
	for _, notes := range j.order {
		notes.job.Conclusion = notes.conclude()
		notes.job.Name = j.finder.Mask(notes.job.Name)
		for _, key := range sortedKeys(notes.steps) {
			step := notes.steps[key]
			for _, name := range j.finder.InLog(string(step.text)) {
				leaks = append(leaks, ask.Leak{
					Secret: name, Where: fmt.Sprintf("log of %s: step %s", notes.job.Name, short(j.finder.Mask(step.step.Name))),
				})
			}
			step.step.Name = j.finder.Mask(step.step.Name)
			if step.step.Conclusion == "" {
				step.step.Conclusion = ask.Cancelled
			}
			if step.step.Conclusion == ask.Failure || step.step.Conclusion == ask.Cancelled {
				step.step.Log = end(strings.ToValidUTF8(j.finder.Mask(string(step.text)), "�"))
			}
		}
		if notes.started && !notes.ended {
			last := "set-up"
			for _, step := range notes.job.Steps {
				last = step.Name
				if step.Conclusion == ask.Cancelled {
					break
				}
			}
			running = append(running, notes.job.Name+": "+last)
		}
		jobs = append(jobs, notes.job)
	}
	return jobs, leaks, running
}

func end(text string) string {
	text = strings.TrimRight(text, "\n")
	if len(text) <= toldOfStep {
		return text
	}
	text = text[len(text)-toldOfStep:]
	if _, rest, found := strings.Cut(text, "\n"); found {
		text = rest
	}
	return "…\n" + text
}

// short is a step's name in a line: one without a name has its whole script.
func short(name string) string {
	name, _, _ = strings.Cut(strings.TrimSpace(name), "\n")
	if runes := []rune(name); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return name
}
