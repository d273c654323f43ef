package run

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"lab.local/workflow/internal/act/runner"
	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/watch"
)

// productionKey is the secret that opens production.
const productionKey = "DEPLOY_KEY"

// deployers notes the jobs in whose time production changed.
type deployers struct {
	mutex sync.Mutex
	found []ask.Deployer
	// sure are those that read production's key, too.
	sure []ask.Deployer
}

// begin looks at production as a job begins; what it gives looks again at its end.
func (s *session) begin() func(runner.Ended) {
	before := s.changes()
	return func(ended runner.Ended) {
		if s.changes() == before {
			return
		}
		deployer := ask.Deployer{Workflow: Folder + "/" + ended.File, Job: s.finder.Mask(ended.Name)}
		deployer.Problem, deployer.Group = serialised(ended.Holds)
		deployer.Group = s.finder.Mask(deployer.Group)
		s.deployers.mutex.Lock()
		defer s.deployers.mutex.Unlock()
		s.deployers.found = append(s.deployers.found, deployer)
		if slices.Contains(ended.Secrets, s.Values.Secrets[productionKey]) {
			s.deployers.sure = append(s.deployers.sure, deployer)
		}
	}
}

// changes counts those of production in this run.
func (s *session) changes() int {
	ctx, cancel := context.WithTimeout(context.Background(), watch.Patience)
	defer cancel()
	report, err := watch.Ask(ctx, s.Witness, s.seen)
	if err != nil {
		return 0
	}
	return len(report.Hosts["production"].Changes)
}

// told are those that are known: jobs that ran beside a deployment, without the
// key, are none.
func (d *deployers) told() []ask.Deployer {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if len(d.sure) > 0 {
		return slices.Clone(d.sure)
	}
	return append([]ask.Deployer{}, d.found...)
}

// serialised tells what is wrong with the groups that a deployment was in, as a
// code, and the group that matters.
func serialised(holds []runner.Hold) (string, string) {
	problem, group := ask.NoGroup, ""
	for _, hold := range holds {
		switch {
		case !strings.EqualFold(hold.Group, hold.Next):
			if problem == ask.NoGroup {
				problem, group = ask.OwnGroup, hold.Group
			}
		case hold.Cancels:
			return ask.Cancels, hold.Group
		default:
			problem, group = "", hold.Group
		}
	}
	return problem, group
}

// after is an event as it would come after this one: another commit, another run.
func after(event []byte, head string) (string, map[string]string) {
	commit := number(20)
	text := strings.ReplaceAll(string(event), head, commit)
	payload := map[string]any{}
	if json.Unmarshal([]byte(text), &payload) == nil {
		if last, ok := payload["head_commit"].(map[string]any); ok {
			last["message"], last["timestamp"] = "Another change", "2026-03-04T08:00:00Z"
		}
		payload["before"] = head
		if made, err := json.Marshal(payload); err == nil {
			text = string(made)
		}
	}
	return text, map[string]string{"SHA_REF": commit, "GITHUB_RUN_ID": number(5), "GITHUB_RUN_NUMBER": "2"}
}
