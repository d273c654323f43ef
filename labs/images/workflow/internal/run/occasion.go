package run

import (
	"strings"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/repository"
	"lab.local/workflow/internal/syntax"
)

// Names of people, as events tell them.
const (
	learner  = "learner"
	stranger = repository.ForkOwner
)

// occasion is one of GitHub's events. What happens to a repository makes one,
// a pull request two: `pull_request` and `pull_request_target`.
type occasion struct {
	syntax.Happening
	// commit has the workflow files that count.
	commit string
	// ref and sha are what `github` says.
	ref, sha string
	// secrets tells whether workflows get any.
	secrets bool
	actor   string
	payload map[string]any
	// only names the one workflow that a dispatch asks for, when it does.
	only string
}

// occasions are GitHub's events for what happens.
func occasions(name string, event ask.Event, made *repository.Repository, message string) []occasion {
	one := occasion{commit: made.Head, sha: made.Head, secrets: true, actor: learner}
	one.Paths, one.Message = made.Changed, message
	switch event.Name {
	case ask.Push:
		one.Event, one.Branch, one.ref = "push", event.Branch, "refs/heads/"+event.Branch
		one.payload = pushed(name, one.ref, made, message)
	case ask.Tag:
		one.Event, one.Tag, one.ref = "push", event.Tag, "refs/tags/"+event.Tag
		one.payload = pushed(name, one.ref, made, message)
		one.payload["before"] = strings.Repeat("0", 40)
	case ask.Dispatch:
		one.Event, one.ref, one.only = "workflow_dispatch", "refs/heads/"+event.Branch, event.Workflow
		one.payload = map[string]any{
			"ref": one.ref, "workflow": event.Workflow, "repository": described(name), "sender": person(learner),
		}
	case ask.PullRequest:
		return pullRequest(name, event, made, one)
	}
	return []occasion{one}
}

// pullRequest makes two: what the head's workflows do on the merge commit, and
// what the base's own do. GitHub gives secrets to the second whoever asks, to
// the first only from branches of the repository itself.
func pullRequest(name string, event ask.Event, made *repository.Repository, one occasion) []occasion {
	one.Branch, one.Type = event.Base, event.Action
	one.payload = requested(name, event, made)
	if event.Fork {
		one.actor = stranger
	}
	head, base := one, one
	head.Event, head.commit, head.sha, head.ref = "pull_request", made.Merge, made.Merge, "refs/pull/1/merge"
	head.secrets = !event.Fork
	base.Event, base.commit, base.sha, base.ref = "pull_request_target", made.Base, made.Base, "refs/heads/"+event.Base
	return []occasion{head, base}
}

func pushed(name, ref string, made *repository.Repository, message string) map[string]any {
	commit := map[string]any{
		"id": made.Head, "message": message,
		"author": map[string]any{"name": learner, "email": "learner@example.org"},
	}
	return map[string]any{
		"ref": ref, "before": made.Base, "after": made.Head, "created": false, "deleted": false, "forced": false,
		"repository": described(name), "sender": person(learner), "pusher": map[string]any{"name": learner},
		"head_commit": commit, "commits": []any{commit},
	}
}

func requested(name string, event ask.Event, made *repository.Repository) map[string]any {
	from, who := name, learner
	if event.Fork {
		_, short, _ := strings.Cut(name, "/")
		from, who = stranger+"/"+short, stranger
	}
	owner, _, _ := strings.Cut(from, "/")
	head := map[string]any{
		"ref": event.Branch, "sha": made.Head, "label": owner + ":" + event.Branch, "repo": described(from), "user": person(owner),
	}
	head["repo"].(map[string]any)["fork"] = event.Fork
	ownOwner, _, _ := strings.Cut(name, "/")
	base := map[string]any{
		"ref": event.Base, "sha": made.Base, "label": ownOwner + ":" + event.Base, "repo": described(name), "user": person(ownOwner),
	}
	request := map[string]any{
		"number": 1, "state": "open", "draft": false, "merged": false, "title": event.Title, "body": event.Body,
		"user": person(who), "head": head, "base": base, "merge_commit_sha": made.Merge,
		"author_association": map[bool]string{true: "FIRST_TIME_CONTRIBUTOR", false: "OWNER"}[event.Fork],
		"labels":             []any{}, "html_url": "https://github.com/" + name + "/pull/1",
	}
	return map[string]any{
		"action": event.Action, "number": 1, "pull_request": request, "repository": described(name), "sender": person(who),
	}
}

func described(name string) map[string]any {
	owner, short, _ := strings.Cut(name, "/")
	return map[string]any{
		"full_name": name, "name": short, "owner": person(owner), "default_branch": "main", "private": false, "fork": false,
		"html_url": "https://github.com/" + name, "clone_url": "https://github.com/" + name + ".git",
	}
}

func person(login string) map[string]any {
	return map[string]any{"login": login, "type": "User"}
}
