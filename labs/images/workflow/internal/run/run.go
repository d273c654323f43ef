// Package run runs workflows with act's own packages, one of GitHub's events
// after the other, and notes what comes of them.
package run

import (
	"context"
	"errors"
	"fmt"
	"path"
	"sort"
	"time"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/repository"
	"lab.local/workflow/internal/secret"
	"lab.local/workflow/internal/syntax"
	"lab.local/workflow/internal/watch"
)

// Setting is where things are.
type Setting struct {
	// Run is the run's own folder, Shelf that with the actions, Work the learner's.
	Run, Shelf, Work string
	// Repository is OWNER/NAME.
	Repository string
	// Witness is the address of what watches the servers; empty without one.
	Witness string
	Values  secret.Values
	// Path is where steps find commands.
	Path string
	// Alone tells whether this process is a container's first, and so may end
	// all others and empty the folders that jobs share.
	Alone bool
	// Minute is how long one of a job's `timeout-minutes` is, where it isn't the usual.
	Minute time.Duration
}

// session is one run.
type session struct {
	Setting
	answer    *ask.Answer
	made      *repository.Repository
	finder    secret.Finder
	journal   *journal
	turnstile *turnstile
	// jobs of workflows that are others', by workflow.
	more []*ask.Job
	// stores of artifacts, one for each workflow that ran.
	stores []*store
	// seen is the number of the witness's last change before the run.
	seen      int
	deployers deployers
}

// Folder of workflows in a repository.
const Folder = ".github/workflows"

// Run runs a question's event.
func Run(ctx context.Context, setting Setting, question ask.Question) (*ask.Answer, error) {
	begun := time.Now()
	run := &session{Setting: setting, answer: ask.Empty(), finder: secret.NewFinder(setting.Values)}
	err := run.all(ctx, question)
	var refusal repository.Refusal
	if errors.As(err, &refusal) {
		run.answer.Refuse(refusal.Problem)
		err = nil
	}
	run.answer.Time = time.Since(begun).Milliseconds()
	return run.answer, err
}

func (s *session) all(ctx context.Context, question ask.Question) error {
	message := ""
	if question.Change != nil {
		message = question.Change.Message
	}
	made, err := repository.Make(
		repository.Source{Folder: s.Work, Run: s.Run, Name: s.Repository}, question.Event, question.Change,
	)
	if err != nil {
		return err
	}
	s.made = made
	s.answer.SHA, s.answer.Base, s.answer.Merge = made.Head, made.Base, made.Merge
	var todo []task
	for _, each := range occasions(s.Repository, question.Event, made, message) {
		tasks, err := s.decide(each, question.Event.Inputs)
		if err != nil {
			return err
		}
		todo = append(todo, tasks...)
	}
	if len(s.answer.Problems) > 0 {
		s.answer.Problems = unique(s.answer.Problems)
		s.answer.Conclusion = ask.Refused
		return nil
	}
	if len(s.answer.Workflows) == 0 {
		s.answer.Refuse(ask.Problem{
			Code: ask.NoWorkflow, File: Folder,
			Text: "there is no workflow: no file .yml or .yaml lies in " + Folder,
		})
		return nil
	}
	before, err := watch.Ask(ctx, s.Witness, 0)
	if err != nil {
		return err
	}
	s.seen = before.N
	ended := s.carryOut(ctx, todo)
	s.answer.Deployers = s.deployers.told()
	s.gather(ended)
	if err := s.arrivals(before); err != nil {
		return err
	}
	s.told()
	return nil
}

// task is a workflow that an occasion triggers.
type task struct {
	occasion
	file *syntax.File
	uses []string
	// at is the workflow's place in the answer.
	at     int
	inputs map[string]string
}

// decide says of each workflow whether it is triggered, and what is wrong.
func (s *session) decide(each occasion, given map[string]string) ([]task, error) {
	paths, err := s.made.Entries(each.commit, Folder+"/")
	if err != nil {
		return nil, err
	}
	sort.Strings(paths)
	read := func(path string) ([]byte, error) {
		if !s.made.Regular(each.commit, path) {
			return nil, errors.New("no file")
		}
		return s.made.File(each.commit, path)
	}
	var tasks []task
	found := false
	for _, where := range paths {
		extension := path.Ext(where)
		if path.Dir(where) != Folder || extension != ".yml" && extension != ".yaml" {
			continue
		}
		content, err := read(where)
		if err != nil {
			continue
		}
		file := syntax.Read(where, content)
		s.answer.Problems = append(s.answer.Problems, file.Problems...)
		if len(file.Problems) > 0 {
			continue
		}
		triggered, why := file.Triggered(each.Happening)
		if each.only != "" && path.Base(where) != each.only {
			triggered, why = false, "another workflow was asked for"
		}
		found = found || path.Base(where) == each.only
		s.answer.Workflows = append(s.answer.Workflows, ask.Workflow{
			File: where, Name: file.Name(), Event: each.Event, Triggered: triggered, Why: why, Conclusion: ask.None,
		})
		if !triggered {
			if each.only != "" && path.Base(where) == each.only {
				s.trigger(where, "it can't be dispatched: "+why)
			}
			continue
		}
		s.answer.Triggered = true
		uses, problems := syntax.Offered([]*syntax.File{file}, read)
		s.answer.Problems = append(s.answer.Problems, problems...)
		next := task{occasion: each, file: file, uses: uses, at: len(s.answer.Workflows) - 1}
		if each.Event == "workflow_dispatch" {
			inputs, wrong := file.Inputs(given)
			if wrong != "" {
				s.trigger(where, wrong)
			}
			next.inputs = inputs
		}
		tasks = append(tasks, next)
	}
	if each.only != "" && !found {
		s.trigger(Folder, fmt.Sprintf("there is no workflow %s", each.only))
	}
	return tasks, nil
}

func (s *session) trigger(file, words string) {
	s.answer.Problems = append(s.answer.Problems, ask.Problem{Code: ask.Trigger, File: file, Text: words})
}

// unique leaves out what is told twice: a pull request reads workflows twice.
func unique(problems []ask.Problem) []ask.Problem {
	seen := map[ask.Problem]bool{}
	kept := []ask.Problem{}
	for _, problem := range problems {
		if !seen[problem] {
			seen[problem] = true
			kept = append(kept, problem)
		}
	}
	return kept
}

// carryOut runs workflows one after the other until all are done or the limit
// is reached; it gives why it ended early.
func (s *session) carryOut(ctx context.Context, todo []task) string {
	s.journal = newJournal(s.finder)
	s.turnstile = &turnstile{alone: s.Alone}
	s.journal.before = s.turnstile.enter
	// The run ends what runs once its journal is closed, so that what ran then is sure.
	inner, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, next := range todo {
			s.workflow(inner, next)
			if inner.Err() != nil {
				return
			}
		}
	}()
	ended := ""
	select {
	case <-done:
	case <-s.journal.tooMuch:
		ended = ask.TooMuch
	case <-ctx.Done():
		ended = ask.TimedOut
	}
	// First nothing more is noted or begins, then what runs is ended.
	s.journal.stop()
	cancel()
	s.turnstile.close()
	return ended
}

// gather settles jobs, artifacts and the run as a whole.
func (s *session) gather(ended string) {
	jobs, leaks, running := s.journal.finish()
	s.answer.Leaks = append(s.answer.Leaks, leaks...)
	s.journal.mutex.Lock()
	defer s.journal.mutex.Unlock()
	s.answer.Jobs = append(jobs, s.more...)
	s.answer.Log = s.journal.text()
	for _, store := range s.stores {
		s.answer.Artifacts = append(s.answer.Artifacts, store.told()...)
		s.answer.Leaks = append(s.answer.Leaks, store.leaks()...)
	}
	if ended != "" {
		for at, workflow := range s.answer.Workflows {
			if workflow.Triggered && workflow.Conclusion == ask.None {
				s.answer.Workflows[at].Conclusion = ask.Cancelled
			}
		}
	}
	s.answer.Conclusion = overall(s.answer.Workflows)
	if ended != "" {
		s.answer.Conclusion = ended
		s.answer.Running = running
	}
}

// overall is what all workflows together came to.
func overall(workflows []ask.Workflow) string {
	found := map[string]bool{}
	for _, workflow := range workflows {
		found[workflow.Conclusion] = true
	}
	for _, conclusion := range []string{ask.Failure, ask.Cancelled, ask.Success, ask.Skipped} {
		if found[conclusion] {
			return conclusion
		}
	}
	return ask.None
}

func sortedKeys[V any](from map[string]V) []string {
	keys := make([]string, 0, len(from))
	for key := range from {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
