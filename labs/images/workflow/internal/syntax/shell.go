package syntax

import "gopkg.in/yaml.v3"

// usual is the shell of a step for which nothing names one. It differs from
// `shell: bash` in that a pipe is as good as its last command:
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
const usual = "bash -e {0}"

// WithShells gives each step for which a workflow names no shell the usual one.
// act 0.2.87 notes the shell that it took in the step itself, which all legs of a
// matrix share, so that later legs take it for one that the workflow names. What
// isn't a workflow stays as it is.
func WithShells(content []byte) []byte {
	var document yaml.Node
	if yaml.Unmarshal(content, &document) != nil || len(document.Content) != 1 {
		return content
	}
	workflow := document.Content[0]
	if text(get(workflow, "defaults", "run", "shell")) != "" {
		return content
	}
	given := false
	for _, job := range pairs(get(workflow, "jobs")) {
		if text(get(job[1], "defaults", "run", "shell")) != "" {
			continue
		}
		for _, step := range items(get(job[1], "steps")) {
			if get(step, "run") == nil || get(step, "shell") != nil {
				continue
			}
			step.Content = append(step.Content,
				&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "shell"},
				&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: usual})
			given = true
		}
	}
	if !given {
		return content
	}
	made, err := yaml.Marshal(&document)
	if err != nil {
		return content
	}
	return made
}
