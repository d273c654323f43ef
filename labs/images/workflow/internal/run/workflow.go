package run

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/nektos/act/pkg/model"
	"github.com/nektos/act/pkg/runner"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/syntax"
)

// workflow runs one workflow, a stage after the other. Each stage is a plan of
// its own: act gives up a plan at the first called workflow that fails, and
// later jobs, those with `if: failure()` among them, would be lost.
func (s *session) workflow(ctx context.Context, next task) {
	folder, err := s.checkout(next)
	if err != nil {
		s.fail(next, err)
		return
	}
	planner, err := model.NewWorkflowPlanner(filepath.Join(folder, next.file.Path), true, false)
	if err != nil {
		s.fail(next, err)
		return
	}
	plan, err := planner.PlanEvent(next.Event)
	if err != nil {
		s.fail(next, err)
		return
	}
	act, err := runner.New(s.config(next, folder))
	if err != nil {
		s.fail(next, err)
		return
	}
	excused := next.file.Excused()
	runs := map[string]*model.Run{}
	for _, stage := range plan.Stages {
		for _, run := range stage.Runs {
			runs[run.JobID] = run
		}
	}
	s.journal.begin(next.file.Path, next.Event, func(notes *jobNotes) {
		s.turnstile.leave()
		// act doesn't know a job's `continue-on-error`: jobs that need this one go on.
		if run := runs[notes.job.Job]; run != nil && excused[notes.job.Job] && strings.HasPrefix(notes.job.Name, run.Workflow.Name+"/") {
			notes.coped = true
			run.Job().Result = ask.Success
		}
	})
	ctx = runner.WithJobLoggerFactory(ctx, s.journal)
	for _, stage := range plan.Stages {
		if err := act.NewPlanExecutor(&model.Plan{Stages: []*model.Stage{stage}})(ctx); err != nil {
			s.journal.error(err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	s.conclude(next, plan)
}

// fail is for a workflow that couldn't even begin.
func (s *session) fail(next task, err error) {
	s.journal.error(err)
	s.journal.mutex.Lock()
	defer s.journal.mutex.Unlock()
	s.answer.Workflows[next.at].Conclusion = ask.Failure
}

// conclude settles a workflow, and adds the jobs of which nothing was told.
func (s *session) conclude(next task, plan *model.Plan) {
	s.journal.mutex.Lock()
	defer s.journal.mutex.Unlock()
	told := map[string]*jobNotes{}
	results := map[string]bool{}
	var called []*model.Run
	for _, notes := range s.journal.order {
		if notes.job.Workflow == next.file.Path && notes.job.Event == next.Event {
			told[notes.job.Job] = notes
			if notes.started || notes.result == ask.Skipped {
				results[notes.counted()] = true
			}
		}
	}
	for _, stage := range plan.Stages {
		for _, run := range stage.Runs {
			if notes := told[run.JobID]; notes == nil || run.Job().Uses != "" {
				called = append(called, run)
			}
		}
	}
	for _, run := range called {
		conclusion := run.Job().Result
		if conclusion == "" {
			// Nothing was told of it: it didn't run, and that is no success.
			conclusion = ask.Failure
			if run.Job().Uses != "" && len(results) > 0 && !results[ask.Failure] {
				conclusion = ask.Skipped
			}
		}
		results[conclusion] = true
		if notes := told[run.JobID]; notes != nil && !notes.started {
			notes.result, notes.called = conclusion, true
			continue
		}
		s.more = append(s.more, &ask.Job{
			Workflow: next.file.Path, Event: next.Event, Job: run.JobID, Name: run.Workflow.Name + "/" + run.String(),
			Matrix: map[string]any{}, Conclusion: conclusion, Steps: []*ask.Step{},
		})
	}
	s.answer.Workflows[next.at].Conclusion = ask.Skipped
	for _, conclusion := range []string{ask.Success, ask.Cancelled, ask.Failure} {
		if results[conclusion] {
			s.answer.Workflows[next.at].Conclusion = conclusion
		}
	}
}

// counted is what a job means for the run as a whole.
func (n *jobNotes) counted() string {
	conclusion := n.conclude()
	if conclusion == ask.Failure && n.coped {
		return ask.Success
	}
	return conclusion
}

// begin tells the journal which workflow runs now.
func (j *journal) begin(workflow, event string, after func(*jobNotes)) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	j.workflow, j.event, j.after = workflow, event, after
}

// error notes what act says of a workflow as a whole.
func (j *journal) error(err error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if strings.HasPrefix(err.Error(), "Job '") {
		return // Told by the job itself.
	}
	j.head = append(j.head, "! "+err.Error()+"\n"...)
}

// checkout lays the commit's `.github` for act, which reads called workflows
// there. Jobs check out for themselves.
func (s *session) checkout(next task) (string, error) {
	folder := filepath.Join(s.Run, "workflows", next.Event+"-"+fmt.Sprint(next.at))
	paths, err := s.made.Entries(next.commit, ".github/")
	if err != nil {
		return "", err
	}
	for _, path := range paths {
		if !s.made.Regular(next.commit, path) {
			continue
		}
		content, err := s.made.File(next.commit, path)
		if err != nil {
			return "", err
		}
		if filepath.Dir(path) == ".github/workflows" {
			content = syntax.WithShells(content)
		}
		target := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// config is act's.
func (s *session) config(next task, folder string) *runner.Config {
	platforms := map[string]string{}
	for _, label := range syntax.Labels {
		platforms[label] = "-self-hosted"
	}
	payload := next.payload
	if next.inputs != nil {
		inputs := map[string]any{}
		for name, value := range next.inputs {
			inputs[name] = value
		}
		payload["inputs"] = inputs
	}
	var event bytes.Buffer
	encoder := json.NewEncoder(&event)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(payload)
	eventPath := filepath.Join(folder, "event.json")
	_ = os.WriteFile(eventPath, event.Bytes(), 0o644)
	secrets := map[string]string{"GITHUB_TOKEN": "ghs_" + number(16)}
	if next.secrets {
		for name, value := range s.Values.Secrets {
			secrets[name] = value
		}
	}
	owner, _, _ := strings.Cut(s.Repository, "/")
	return &runner.Config{
		Actor: next.actor, Workdir: folder, EventName: next.Event, EventPath: eventPath, DefaultBranch: "main",
		ActionCacheDir: filepath.Join(s.Run, "act"), ActionCache: shelf{s.Shelf}, ActionOfflineMode: true,
		NoSkipCheckout: true, LogOutput: true, Platforms: platforms, GitHubInstance: "github.com",
		Secrets: secrets, Vars: s.Values.Vars, Inputs: next.inputs, Token: secrets["GITHUB_TOKEN"],
		Env: map[string]string{
			"GITHUB_REPOSITORY": s.Repository, "GITHUB_REPOSITORY_OWNER": owner, "GITHUB_REF": next.ref, "SHA_REF": next.sha,
			"GITHUB_RUN_ID": number(5), "GITHUB_RUN_NUMBER": "1", "GITHUB_RUN_ATTEMPT": "1",
			"RUNNER_NAME": "lab", "RUNNER_ENVIRONMENT": "github-hosted", "LANG": "C.UTF-8", "USER": "runner",
			// Each job has a home of its own; the user's is shared.
			"HOME": "${{ runner.temp }}", "PATH": "${{ runner.temp }}/.local/bin:" + s.Path,
			"TERM": "dumb", "PAGER": "cat", "GIT_PAGER": "cat", "LAB_RUN": s.Run, "LAB_SHELF": s.Shelf,
		},
	}
}

// number is one drawn by chance, with so many bytes' worth of digits.
func number(bytes int) string {
	drawn := make([]byte, 8)
	text := ""
	for len(text) < 2*bytes {
		_, _ = rand.Read(drawn)
		text += fmt.Sprint(binary.BigEndian.Uint64(drawn) | 1<<62)
	}
	return text[:2*bytes]
}
