// Package syntax reads workflow files: what they say, where they say it, and
// what is wrong with them.
package syntax

import (
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"lab.local/workflow/internal/ask"
)

const (
	// largest is how many bytes a workflow file may have.
	largest = 256 << 10
	// mostNodes is how many nodes it may have once its anchors are followed.
	mostNodes = 50_000
)

// File is one workflow file.
type File struct {
	// Path in the repository.
	Path string
	// Root is the mapping that it is, nil when it isn't one.
	Root *yaml.Node
	// Problems with it; it runs only without any.
	Problems []ask.Problem
}

// Name of the workflow: its own, or its path.
func (f *File) Name() string {
	if name := text(get(f.Root, "name")); name != "" {
		return name
	}
	return f.Path
}

// Read reads a workflow and checks it against GitHub's schema.
func Read(path string, content []byte) *File {
	file := &File{Path: path}
	if len(content) > largest {
		file.problem(ask.NotYAML, 0, "a workflow of more than 256 kB isn't read")
		return file
	}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	if err := decoder.Decode(&document); err != nil {
		if err == io.EOF {
			file.problem(ask.Schema, 1, "the file is empty; a workflow has at least `on:` and `jobs:`")
			return file
		}
		line, words := placed(err.Error())
		file.problem(ask.NotYAML, line, "this isn't YAML: "+words)
		return file
	}
	root := document.Content[0]
	left := mostNodes
	if !bounded(root, &left, 0) {
		file.problem(ask.NotYAML, 1, "its anchors and aliases make too much of it")
		return file
	}
	if root.Kind != yaml.MappingNode {
		file.problem(ask.Schema, root.Line, "a workflow is a mapping with `on:` and `jobs:`, and this isn't one")
		return file
	}
	file.Root = root
	file.fits(root, kind{}.within("workflow-root-strict"))
	if len(file.Problems) == 0 {
		file.check()
	}
	return file
}

func (f *File) problem(code string, line int, words string) {
	f.Problems = append(f.Problems, ask.Problem{Code: code, File: f.Path, Line: line, Text: words})
}

// bounded tells whether a node with its aliases followed has few enough nodes.
func bounded(node *yaml.Node, left *int, depth int) bool {
	*left--
	if *left < 0 || depth > 100 {
		return false
	}
	if node.Kind == yaml.AliasNode {
		return bounded(node.Alias, left, depth+1)
	}
	for _, child := range node.Content {
		if !bounded(child, left, depth+1) {
			return false
		}
	}
	return true
}

var yamlPlace = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): (.*)`)

// placed takes the line out of what the YAML reader says.
func placed(said string) (int, string) {
	if found := yamlPlace.FindStringSubmatch(said); found != nil {
		line, _ := strconv.Atoi(found[1])
		return line, found[2]
	}
	return 0, strings.TrimPrefix(said, "yaml: ")
}
