package runner

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/nektos/act/pkg/model"
	"gopkg.in/yaml.v3"
)

// Plan reads a workflow and lays its jobs in stages, each after what it needs. It is
// act's own way without act's schema, which is older than GitHub's: whether a file is
// a workflow at all was looked at before.
func Plan(path, event string) (*model.Plan, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&document); err != nil {
		return nil, err
	}
	unalias(&document)
	type bare model.Workflow
	workflow := &model.Workflow{}
	if err := document.Decode((*bare)(workflow)); err != nil {
		return nil, err
	}
	workflow.File = filepath.Base(path)
	if workflow.Name == "" {
		workflow.Name = workflow.File
	}
	plan := &model.Plan{}
	if !slices.Contains(workflow.On(), event) {
		return plan, nil
	}
	left := jobs(&document)
	done := map[string]bool{}
	for len(left) > 0 {
		stage := &model.Stage{}
		later := slices.DeleteFunc(slices.Clone(left), func(job string) bool {
			for _, need := range workflow.GetJob(job).Needs() {
				if !done[need] {
					return false
				}
			}
			stage.Runs = append(stage.Runs, &model.Run{Workflow: workflow, JobID: job})
			return true
		})
		if len(later) == len(left) {
			return nil, fmt.Errorf("the jobs of %s need each other in a circle", workflow.File)
		}
		for _, run := range stage.Runs {
			done[run.JobID] = true
		}
		plan.Stages, left = append(plan.Stages, stage), later
	}
	return plan, nil
}

// jobs are the names of a workflow's jobs, in the order in which they are written.
func jobs(document *yaml.Node) []string {
	var names []string
	root := document.Content[0].Content
	for at := 0; at+1 < len(root); at += 2 {
		if root[at].Value == "jobs" {
			for job := 0; job < len(root[at+1].Content); job += 2 {
				names = append(names, root[at+1].Content[job].Value)
			}
		}
	}
	return names
}

// unalias puts what an alias stands for in its place; that there is no circle was looked at.
func unalias(node *yaml.Node) {
	if node.Kind == yaml.AliasNode {
		*node = *node.Alias
	}
	for _, child := range node.Content {
		unalias(child)
	}
}
