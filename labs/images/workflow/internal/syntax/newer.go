package syntax

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// What GitHub has documented since act's schema was written (November 2025), each
// without an effect on what a run here does. They are taken out before act reads
// a workflow, so that neither its schema nor its model has to know them.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax
var (
	newerPermissions = []string{"artifact-metadata", "attestations", "models", "id-token", "discussions", "pages", "security-events"}
	newerTypes       = []string{"milestoned", "demilestoned", "enqueued", "dequeued"}
	newerService     = []string{"entrypoint", "command"}
)

// Older is a workflow as act knows workflows. What isn't one stays as it is.
func Older(content []byte) []byte {
	var document yaml.Node
	if yaml.Unmarshal(content, &document) != nil || len(document.Content) != 1 {
		return content
	}
	if !older(document.Content[0]) {
		return content
	}
	made, err := yaml.Marshal(&document)
	if err != nil {
		return content
	}
	return made
}

// older takes newer keys out of a workflow, and tells whether there were any.
func older(root *yamlNode) bool {
	changed := without(get(root, "concurrency"), "queue")
	changed = without(get(root, "permissions"), newerPermissions...) || changed
	for _, event := range []string{"pull_request", "pull_request_target"} {
		changed = withoutItems(get(root, "on", event, "types"), newerTypes) || changed
	}
	for _, each := range items(get(root, "on", "schedule")) {
		changed = without(each, "timezone") || changed
	}
	for _, job := range pairs(get(root, "jobs")) {
		changed = without(get(job[1], "concurrency"), "queue") || changed
		changed = without(get(job[1], "permissions"), newerPermissions...) || changed
		changed = without(get(job[1], "environment"), "deployment") || changed
		for _, service := range pairs(get(job[1], "services")) {
			changed = without(service[1], newerService...) || changed
		}
	}
	return chosen(root, 0) || changed
}

// without takes keys out of a mapping.
func without(node *yamlNode, keys ...string) bool {
	if node = follow(node); node == nil || node.Kind != yaml.MappingNode {
		return false
	}
	var kept []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		if !slices.Contains(keys, node.Content[i].Value) {
			kept = append(kept, node.Content[i], node.Content[i+1])
		}
	}
	changed := len(kept) < len(node.Content)
	node.Content = kept
	return changed
}

func withoutItems(node *yamlNode, values []string) bool {
	if node == nil || node.Kind != yaml.SequenceNode {
		return false
	}
	before := len(node.Content)
	node.Content = slices.DeleteFunc(node.Content, func(each *yaml.Node) bool { return slices.Contains(values, text(each)) })
	return len(node.Content) < before
}

// Chosen is what `case(` is called towards act's schema, which checks the names of
// functions; its evaluator takes a `format` that begins so for what it is.
const Chosen = "format('case()', "

// chosen renames `case(` within expressions.
func chosen(node *yamlNode, depth int) bool {
	if depth > 100 {
		return false
	}
	changed := false
	if node.Kind == yaml.ScalarNode && strings.Contains(node.Value, "case(") {
		var made strings.Builder
		rest := node.Value
		for {
			before, inside, found := strings.Cut(rest, "${{")
			made.WriteString(before)
			if !found {
				break
			}
			expression, after, closed := strings.Cut(inside, "}}")
			made.WriteString("${{" + renamed(expression))
			if !closed {
				rest = ""
				break
			}
			made.WriteString("}}")
			rest = after
		}
		changed = made.String() != node.Value
		node.Value = made.String()
	}
	for _, child := range node.Content {
		changed = chosen(child, depth+1) || changed
	}
	return changed
}

// renamed has `format` in the place of `case`, outside of texts.
func renamed(expression string) string {
	var made strings.Builder
	quoted := false
	for at := 0; at < len(expression); at++ {
		if expression[at] == '\'' {
			quoted = !quoted
		}
		before := byte(' ')
		if at > 0 {
			before = expression[at-1]
		}
		word := before == '_' || before == '-' || before == '.' || before >= '0' && before <= '9' || before|0x20 >= 'a' && before|0x20 <= 'z'
		if !quoted && !word && strings.HasPrefix(expression[at:], "case(") {
			made.WriteString(Chosen)
			at += len("case(") - 1
			continue
		}
		made.WriteByte(expression[at])
	}
	return made.String()
}
