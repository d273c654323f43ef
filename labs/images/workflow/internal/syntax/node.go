package syntax

import (
	"strings"

	"gopkg.in/yaml.v3"
)

type yamlNode = yaml.Node

// follow leads from an alias to what it stands for.
func follow(node *yaml.Node) *yaml.Node {
	for node != nil && node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}

// pairs are a mapping's keys and values, in order.
func pairs(node *yaml.Node) [][2]*yaml.Node {
	node = follow(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	var found [][2]*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		found = append(found, [2]*yaml.Node{node.Content[i], follow(node.Content[i+1])})
	}
	return found
}

// get is a mapping's value behind a key.
func get(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var found *yaml.Node
		for _, pair := range pairs(node) {
			if pair[0].Value == key {
				found = pair[1]
			}
		}
		if node = found; node == nil {
			return nil
		}
	}
	return follow(node)
}

// items are a sequence's, or the one value that stands for a list of one.
func items(node *yaml.Node) []*yaml.Node {
	node = follow(node)
	switch {
	case node == nil:
		return nil
	case node.Kind == yaml.SequenceNode:
		found := make([]*yaml.Node, len(node.Content))
		for i, child := range node.Content {
			found[i] = follow(child)
		}
		return found
	case node.Kind == yaml.ScalarNode && node.Tag != "!!null":
		return []*yaml.Node{node}
	}
	return nil
}

// text is a scalar's, as written.
func text(node *yaml.Node) string {
	if node = follow(node); node == nil || node.Kind != yaml.ScalarNode || node.Tag == "!!null" {
		return ""
	}
	return node.Value
}

// texts are those of a list, or of the one value that stands for it.
func texts(node *yaml.Node) []string {
	found := []string{}
	for _, item := range items(node) {
		found = append(found, text(item))
	}
	return found
}

// value is a node as data.
func value(node *yaml.Node) any {
	if node = follow(node); node == nil {
		return nil
	}
	var data any
	if err := node.Decode(&data); err != nil {
		return nil
	}
	return jsonable(data)
}

// jsonable makes text of mappings' keys, as JSON wants them.
func jsonable(data any) any {
	switch data := data.(type) {
	case map[string]any:
		for key, item := range data {
			data[key] = jsonable(item)
		}
		return data
	case map[any]any:
		made := map[string]any{}
		for key, item := range data {
			name, _ := key.(string)
			made[name] = jsonable(item)
		}
		return made
	case []any:
		for i, item := range data {
			data[i] = jsonable(item)
		}
		return data
	}
	return data
}

func line(node *yaml.Node) int {
	if node == nil {
		return 0
	}
	return node.Line
}

// isExpression tells whether a text has `${{ }}` in it.
func isExpression(text string) bool {
	return strings.Contains(text, "${{")
}
