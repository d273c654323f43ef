// Package ask has what happens to the learner's repository, and what came of it.
package ask

// Question is what happens.
type Question struct {
	Event Event
	// Change is the commit on top of the learner's folder; nil for none.
	Change *Change
}

// Kinds of events.
const (
	Push        = "push"
	Tag         = "tag"
	Dispatch    = "dispatch"
	PullRequest = "pull-request"
)

// Event is what happens to the repository.
type Event struct {
	Name string
	// Branch is the one pushed to, dispatched on, or a pull request's head.
	Branch string
	Tag    string
	// Workflow and Inputs are a dispatch's.
	Workflow string
	Inputs   map[string]string
	// The rest is a pull request's.
	Fork                      bool
	Title, Body, Base, Action string
}

// Change is a commit on top of the learner's folder.
type Change struct {
	Message string
	Edit    []Edit
}

// Edit of one file: one of write, append, replace with, delete.
type Edit struct {
	File                   string
	Write, Append, Replace *string
	With                   string
	Delete                 bool
}

// Problem is why something didn't run, at its place, in words.
type Problem struct {
	Code string `json:"code"`
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// Codes of problems.
const (
	NotYAML    = "yaml"
	Schema     = "schema"
	Action     = "action"
	Runner     = "runner"
	Container  = "container"
	Services   = "services"
	Parallel   = "parallel"
	Trigger    = "trigger"
	Unreadable = "unreadable"
	BadChange  = "change"
	NoWorkflow = "no-workflow"
)

// Conclusions of runs, workflows, jobs and steps.
const (
	Success   = "success"
	Failure   = "failure"
	Cancelled = "cancelled"
	Skipped   = "skipped"
	None      = "none"
	Refused   = "refused"
	TimedOut  = "timed-out"
	TooMuch   = "too-much-output"
	// OutOfMemory is what the engine says of a run that it ended.
	OutOfMemory = "out-of-memory"
)

// Answer of a run.
type Answer struct {
	Triggered     bool       `json:"triggered"`
	Workflows     []Workflow `json:"workflows"`
	Conclusion    string     `json:"conclusion"`
	SHA           string     `json:"sha"`
	Base          string     `json:"base"`
	Merge         string     `json:"merge"`
	Jobs          []*Job     `json:"jobs"`
	Artifacts     []Artifact `json:"artifacts"`
	Staging       []Arrival  `json:"staging"`
	Production    []Arrival  `json:"production"`
	StagingNow    string     `json:"staging-now"`
	ProductionNow string     `json:"production-now"`
	Deployed      []string   `json:"deployed"`
	// OnStaging and InProduction are the releases that became current there, by name.
	OnStaging    []string `json:"on-staging"`
	InProduction []string `json:"in-production"`
	// Early are the servers on which one was current before its files were there, NotKept
	// those with one that is no artifact of the run, Gaps those that served nothing meanwhile.
	Early   []string `json:"early"`
	NotKept []string `json:"not-kept"`
	Gaps    []string `json:"gaps"`
	// Together are deploying jobs that nothing keeps from running beside each other.
	Together  []string   `json:"together"`
	Leaks     []Leak     `json:"leaks"`
	Deployers []Deployer `json:"deployers"`
	Log       string     `json:"log"`
	Problems  []Problem  `json:"problems"`
	// Running is what ran when the run was ended early: "job: step".
	Running []string `json:"running"`
	Time    int64    `json:"time"`
	// Fault is the lab's own; then nothing else holds.
	Fault string `json:"fault,omitempty"`
}

// Workflow is one file, and what the event did with it.
type Workflow struct {
	File       string `json:"file"`
	Name       string `json:"name"`
	Event      string `json:"event"`
	Triggered  bool   `json:"triggered"`
	Why        string `json:"why"`
	Conclusion string `json:"conclusion"`
}

// Job is a job, or one leg of its matrix.
type Job struct {
	Workflow   string         `json:"workflow"`
	Event      string         `json:"event"`
	Job        string         `json:"job"`
	Name       string         `json:"name"`
	Matrix     map[string]any `json:"matrix"`
	Conclusion string         `json:"conclusion"`
	Steps      []*Step        `json:"steps"`
}

// Step of a job.
type Step struct {
	Name       string `json:"name"`
	ID         string `json:"id"`
	Conclusion string `json:"conclusion"`
	// Log is the end of what it said, when it failed.
	Log string `json:"log,omitempty"`
}

// Artifact that a run made.
type Artifact struct {
	Name         string         `json:"name"`
	Digest       string         `json:"digest"`
	Files        []ArtifactFile `json:"files"`
	UploadedBy   string         `json:"uploaded-by"`
	DownloadedBy []string       `json:"downloaded-by"`
}

// ArtifactFile is one file of an artifact.
type ArtifactFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// Arrival is one change of what a host serves.
type Arrival struct {
	SHA          string  `json:"sha"`
	Digest       string  `json:"digest"`
	Ours         bool    `json:"ours"`
	FromArtifact *string `json:"from-artifact"`
	// Early tells that an artifact's files all came, after it was current.
	Early bool `json:"early"`
	// Gap tells that for a moment before it nothing was current.
	Gap bool `json:"gap"`
	// Files of the release, by path, with their SHA-256.
	Files map[string]string `json:"-"`
}

// Deployer is a job in whose time production changed.
type Deployer struct {
	Workflow string `json:"workflow"`
	Job      string `json:"job"`
	// Problem is why another deployment could run at the same time, or cut it
	// off: a code, empty where none can.
	Problem string `json:"problem"`
	// Group is the one that it was in.
	Group string `json:"group"`
}

// Codes of a deployer's problem.
const (
	NoGroup  = "no-group"
	OwnGroup = "own-group"
	Cancels  = "cancels"
)

// Leak is a place where a secret shows.
type Leak struct {
	Secret string `json:"secret"`
	Where  string `json:"where"`
}

// Refuse notes why nothing runs.
func (a *Answer) Refuse(problems ...Problem) {
	a.Problems = append(a.Problems, problems...)
	a.Conclusion = Refused
}

// Empty is an answer with lists that are there and empty, for JSON.
func Empty() *Answer {
	return &Answer{
		Workflows: []Workflow{}, Conclusion: None, Jobs: []*Job{}, Artifacts: []Artifact{}, Staging: []Arrival{},
		Production: []Arrival{}, Deployed: []string{}, Deployers: []Deployer{}, OnStaging: []string{}, InProduction: []string{}, Early: []string{}, NotKept: []string{},
		Gaps: []string{}, Together: []string{}, Leaks: []Leak{}, Problems: []Problem{}, Running: []string{},
	}
}
