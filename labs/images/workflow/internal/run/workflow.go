package run

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/nektos/act/pkg/model"

	"lab.local/workflow/internal/act/runner"
	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/syntax"
)

// workflow runs one workflow.
func (s *session) workflow(ctx context.Context, next task) {
	folder, err := s.checkout(next)
	if err != nil {
		s.fail(next, err)
		return
	}
	plan, err := runner.Plan(filepath.Join(folder, next.file.Path), next.Event)
	if err != nil {
		s.fail(next, err)
		return
	}
	config := s.config(next, folder)
	act, err := runner.New(config)
	if err != nil {
		s.fail(next, err)
		return
	}
	s.journal.begin(next.file.Path, next.Event, func(*jobNotes) { s.turnstile.leave() })
	ctx = runner.WithJobLoggerFactory(ctx, s.journal)
	if err := act.NewPlanExecutor(plan)(ctx); err != nil {
		s.journal.error(err)
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
	if s.journal.stopped {
		return
	}
	told := map[string]*jobNotes{}
	results := map[string]bool{}
	var called []*model.Run
	for _, notes := range s.journal.order {
		if notes.job.Workflow == next.file.Path && notes.job.Event == next.Event {
			told[notes.job.Job] = notes
			if notes.started || notes.result == ask.Skipped || notes.result == ask.Cancelled {
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
	j.begun++
}

// error notes what act says of a workflow as a whole.
func (j *journal) error(err error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if j.stopped || strings.HasPrefix(err.Error(), "Job '") {
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
	node, _ := exec.LookPath("node")
	kept := s.store(next)
	nextEvent, nextEnv := after(event.Bytes(), s.answer.SHA)
	github := map[string]any{
		"triggering_actor": next.actor, "workflow_ref": s.Repository + "/" + next.file.Path + "@" + next.ref, "workflow_sha": next.sha,
		"actor_id": "1001", "repository_id": "2001", "repository_owner_id": "1001", "ref_protected": false,
		"repositoryUrl": "git://github.com/" + s.Repository + ".git", "secret_source": map[bool]string{true: "Actions", false: "None"}[next.secrets],
	}
	return &runner.Config{
		Actor: next.actor, Workdir: folder, EventName: next.Event, EventPath: eventPath, DefaultBranch: "main",
		ActionCacheDir: filepath.Join(s.Run, "act"), ActionCache: shelf{s.Shelf},
		LogOutput: true, Platforms: platforms, GitHubInstance: "github.com",
		ContinueOnError: func(file, job string) string { return says(folder, file).Jobs[job].ContinueOnError },
		Concurrency: func(file, job string) (string, string) {
			said := says(folder, file)
			if job == "" {
				return said.Group, said.Cancel
			}
			return said.Jobs[job].Group, said.Jobs[job].Cancel
		},
		Minute: s.Minute, Node: node, Begin: s.begin, Next: nextEvent, NextEnv: nextEnv,
		Github: github, Before: kept.before, After: kept.after,
		Secrets: secrets, Vars: s.Values.Vars, Inputs: next.inputs, Token: secrets["GITHUB_TOKEN"],
		Env: map[string]string{
			"GITHUB_REPOSITORY": s.Repository, "GITHUB_REPOSITORY_OWNER": owner, "GITHUB_REF": next.ref, "SHA_REF": next.sha,
			"GITHUB_RUN_ID": number(5), "GITHUB_RUN_NUMBER": "1", "GITHUB_RUN_ATTEMPT": "1",
			"GITHUB_TRIGGERING_ACTOR": next.actor, "GITHUB_WORKFLOW_REF": fmt.Sprint(github["workflow_ref"]), "GITHUB_WORKFLOW_SHA": next.sha,
			"GITHUB_ACTOR_ID": "1001", "GITHUB_REPOSITORY_ID": "2001", "GITHUB_REPOSITORY_OWNER_ID": "1001", "GITHUB_REF_PROTECTED": "false",
			"LAB_ARTIFACTS": kept.folder,
			"RUNNER_NAME":   "lab", "RUNNER_ENVIRONMENT": "github-hosted", "LANG": "C.UTF-8", "USER": "runner",
			// Each job has a home of its own; the user's is shared.
			"HOME": "${{ runner.temp }}", "PATH": "${{ runner.temp }}/.local/bin:" + s.Path,
			"TERM": "dumb", "PAGER": "cat", "GIT_PAGER": "cat", "LAB_RUN": s.Run, "LAB_SHELF": s.Shelf,
		},
	}
}

// says is what a workflow file of a run's folder says of its runs as a whole.
func says(folder, file string) syntax.Says {
	content, err := os.ReadFile(filepath.Join(folder, Folder, file))
	if err != nil {
		return syntax.Says{}
	}
	return syntax.Saying(content)
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
