// Package syntax reads workflow files: what they say, where they say it, and
// what is wrong with them.
package syntax

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nektos/act/pkg/model"
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
	if _, err := model.ReadWorkflow(bytes.NewReader(content), true); err != nil {
		file.schemaProblems(err.Error())
		file.withoutNewer(path, content)
	}
	if len(file.Problems) == 0 {
		file.check()
	}
	return file
}

// withoutNewer keeps only problems that are there without what is newer than
// act's schema, too. Its own lines aren't the file's.
func (f *File) withoutNewer(path string, content []byte) {
	older := &File{Path: path, Root: f.Root}
	if _, err := model.ReadWorkflow(bytes.NewReader(Older(content)), true); err != nil {
		older.schemaProblems(err.Error())
	}
	f.Problems = slices.DeleteFunc(f.Problems, func(each ask.Problem) bool {
		return !slices.ContainsFunc(older.Problems, func(other ask.Problem) bool { return other.Text == each.Text })
	})
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

var (
	yamlPlace   = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): (.*)`)
	schemaPlace = regexp.MustCompile(`^Line: (\d+) Column (\d+): (.*)$`)
	failedMatch = regexp.MustCompile(`^Failed to match [\w-]+: `)
)

// placed takes the line out of what the YAML reader says.
func placed(said string) (int, string) {
	if found := yamlPlace.FindStringSubmatch(said); found != nil {
		line, _ := strconv.Atoi(found[1])
		return line, found[2]
	}
	return 0, strings.TrimPrefix(said, "yaml: ")
}

// schemaProblems makes ours of what the schema's reader says: one line each,
// and of the many tries at an alternative only what is told of the innermost.
func (f *File) schemaProblems(said string) {
	type place struct {
		line, column int
	}
	seen := map[place]bool{}
	var deepest []ask.Problem
	for _, line := range strings.Split(said, "\n") {
		words := strings.TrimSpace(line)
		at := place{}
		for {
			found := schemaPlace.FindStringSubmatch(words)
			if found == nil {
				break
			}
			at.line, _ = strconv.Atoi(found[1])
			at.column, _ = strconv.Atoi(found[2])
			words = failedMatch.ReplaceAllString(found[3], "")
		}
		if at.line == 0 || seen[at] {
			continue
		}
		seen[at] = true
		deepest = append(deepest, ask.Problem{Code: ask.Schema, File: f.Path, Line: at.line, Text: rule(words)})
	}
	if len(deepest) == 0 {
		line, words := placed(strings.Split(said, "\n")[0])
		deepest = append(deepest, ask.Problem{Code: ask.Schema, File: f.Path, Line: line, Text: words})
	}
	f.Problems = append(f.Problems, f.meant(deepest)...)
}

// Keys that only one of two kinds of a job or of a step has: whichever kind is
// meant, the schema's reader complains of them as it tries the other.
var (
	eitherJob  = strings.Fields("runs-on steps env defaults container services outputs environment timeout-minutes continue-on-error uses with secrets")
	eitherStep = strings.Fields("run shell working-directory uses with")
)

// meant leaves out complaints of keys that are only another kind's, where
// something else is wrong as well.
func (f *File) meant(problems []ask.Problem) []ask.Problem {
	elsewhere := map[ask.Problem]bool{}
	note := func(node *yamlNode, either []string) {
		for _, pair := range pairs(node) {
			if key := pair[0]; slices.Contains(either, key.Value) {
				elsewhere[ask.Problem{
					Code: ask.Schema, File: f.Path, Line: key.Line, Text: rule(unknown + key.Value),
				}] = true
			}
		}
	}
	for _, job := range pairs(get(f.Root, "jobs")) {
		note(job[1], eitherJob)
		for _, step := range items(get(job[1], "steps")) {
			note(step, eitherStep)
		}
	}
	kept := slices.DeleteFunc(slices.Clone(problems), func(each ask.Problem) bool { return elsewhere[each] })
	if len(kept) == 0 {
		return problems
	}
	return kept
}

// unknown is how the schema's reader begins what it says of a key.
const unknown = "Unknown Property "

// rule is what the schema's reader says, in words.
func rule(said string) string {
	if name, found := strings.CutPrefix(said, unknown); found {
		return fmt.Sprintf("`%s` isn't a key that GitHub knows here: a misspelling, or one level too deep or too high", name)
	}
	if kind, found := strings.CutPrefix(said, "Expected a mapping got "); found {
		return "a mapping (`key: value`) belongs here, and this is a " + kind
	}
	if kind, found := strings.CutPrefix(said, "Expected a sequence got "); found {
		return "a list (`- item`) belongs here, and this is a " + kind
	}
	if kind, found := strings.CutPrefix(said, "Expected a scalar got "); found {
		return "a single value belongs here, and this is a " + kind
	}
	if rest, found := strings.CutPrefix(said, "Expected one of "); found {
		known, given, _ := strings.Cut(rest, " got ")
		return fmt.Sprintf("`%s` isn't one of those that GitHub knows here: %s", given, strings.ReplaceAll(known, ",", ", "))
	}
	if rest, found := strings.CutPrefix(said, "Failed to parse: "); found {
		return "this expression can't be read: " + rest
	}
	return said
}
