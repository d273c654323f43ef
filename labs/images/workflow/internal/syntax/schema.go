package syntax

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rhysd/actionlint"
	"gopkg.in/yaml.v3"

	"lab.local/workflow/internal/ask"
)

// published is GitHub's own schema of workflows, as it is in the npm package
// @actions/workflow-parser (MIT), version 0.3.61. The test in `reference` compares
// it with what is published, and this reader's verdicts with that package's.
//
//go:embed workflow-v1.0.json
var published []byte

// definition is one of the schema's: exactly one of its kinds is there.
type definition struct {
	// Context names what expressions may use, `hashFiles(1,255)` for a function.
	Context  []string
	Mapping  *mappingDefinition
	Sequence *struct {
		Item string `json:"item-type"`
	}
	OneOf   []string `json:"one-of"`
	Allowed []string `json:"allowed-values"`
	String  *struct {
		Constant string
		Filled   bool `json:"require-non-empty"`
	}
	Number, Boolean, Null *struct{}
}

type mappingDefinition struct {
	Properties map[string]property
	LooseKey   string `json:"loose-key-type"`
	LooseValue string `json:"loose-value-type"`
}

type property struct {
	Type     string
	Required bool
}

// UnmarshalJSON takes the name of a type alone, too.
func (p *property) UnmarshalJSON(data []byte) error {
	type whole property
	if json.Unmarshal(data, &p.Type) == nil {
		return nil
	}
	return json.Unmarshal(data, (*whole)(p))
}

// schema is all definitions, with those that are built in.
var schema = func() map[string]*definition {
	var all struct{ Definitions map[string]*definition }
	if err := json.Unmarshal(published, &all); err != nil {
		panic(err)
	}
	for name, text := range map[string]string{
		"null": `{"null": {}}`, "boolean": `{"boolean": {}}`, "number": `{"number": {}}`, "string": `{"string": {}}`,
		"sequence": `{"sequence": {"item-type": "any"}}`,
		"mapping":  `{"mapping": {"loose-key-type": "string", "loose-value-type": "any"}}`,
		"any":      `{"one-of": ["null", "boolean", "number", "string", "sequence", "mapping"]}`,
	} {
		all.Definitions[name] = &definition{}
		if err := json.Unmarshal([]byte(text), all.Definitions[name]); err != nil {
			panic(err)
		}
	}
	return all.Definitions
}()

// conditions are texts that are expressions without `${{ }}`.
var conditions = []string{"job-if", "step-if"}

// latent are keys that GitHub's schema has and its parser refuses, as they aren't offered yet.
var latent = []string{"background", "wait", "wait-all", "cancel"}

// kind is a definition where it applies: what it is and what expressions may use.
type kind struct {
	name    string
	context []string
}

func (k kind) within(name string) kind {
	context := slices.Clone(k.context)
	for _, each := range schema[name].Context {
		if !slices.ContainsFunc(context, func(other string) bool { return strings.EqualFold(other, each) }) {
			context = append(context, each)
		}
	}
	return kind{name, context}
}

// ends are what a definition comes to once its alternatives are followed. Of
// alternatives within alternatives GitHub's reader follows scalars only.
func ends(name string, deep bool) []*definition {
	found := schema[name]
	if found.OneOf == nil {
		return []*definition{found}
	}
	var all []*definition
	for _, each := range found.OneOf {
		if schema[each].OneOf == nil {
			all = append(all, schema[each])
		} else if deep {
			all = append(all, ends(each, true)...)
		}
	}
	return all
}

// fits reads a node as GitHub's reader of templates does, and notes what it wouldn't take.
func (f *File) fits(node *yamlNode, as kind) {
	node = follow(node)
	switch node.Kind {
	case yaml.SequenceNode:
		for _, each := range ends(as.name, false) {
			if each.Sequence != nil {
				item := as.within(each.Sequence.Item)
				for _, child := range node.Content {
					f.fits(child, item)
				}
				return
			}
		}
		f.misplaced(node, as)
	case yaml.MappingNode:
		var mappings []*mappingDefinition
		for _, each := range ends(as.name, false) {
			if each.Mapping != nil {
				mappings = append(mappings, each.Mapping)
			}
		}
		if len(mappings) == 0 {
			f.misplaced(node, as)
			return
		}
		f.mapping(node, as, mappings)
	default:
		f.scalar(node, as)
	}
}

// mapping reads one; a key that only some of the alternatives have rules the others out.
func (f *File) mapping(node *yamlNode, as kind, mappings []*mappingDefinition) {
	loose := mappings[0]
	seen := map[string]bool{}
	computed := false
	for _, pair := range pairs(node) {
		key, value := literal(pair[0]), pair[1]
		isExpression, wrong := f.expressions(key, as)
		switch {
		case wrong:
			continue
		case isExpression && len(as.context) == 0:
			f.problem(ask.Schema, key.Line, "an expression can't stand here")
			continue
		case isExpression:
			computed = true
			f.fits(value, as.within("any"))
			continue
		case seen[strings.ToUpper(key.Value)]:
			f.problem(ask.Schema, key.Line, fmt.Sprintf("`%s` is there twice", key.Value))
			continue
		}
		seen[strings.ToUpper(key.Value)] = true
		known := func(each *mappingDefinition) bool { return each.Properties[key.Value].Type != "" }
		at := slices.IndexFunc(mappings, known)
		switch {
		case at >= 0 && !slices.Contains(latent, key.Value):
			of := as.within(mappings[at].Properties[key.Value].Type)
			mappings = slices.DeleteFunc(slices.Clone(mappings), func(each *mappingDefinition) bool { return !known(each) })
			f.fits(value, of)
		case loose.LooseKey != "":
			f.scalar(key, as.within(loose.LooseKey))
			f.fits(value, as.within(loose.LooseValue))
		default:
			f.problem(ask.Schema, key.Line, fmt.Sprintf("`%s` isn't a key that GitHub knows here: a misspelling, or one level too deep or too high", key.Value))
		}
	}
	if len(mappings) > 1 {
		f.problem(ask.Schema, node.Line, "something is missing here, one of: "+strings.Join(telling(mappings), ", "))
		return
	}
	for _, name := range sorted(mappings[0].Properties) {
		if mappings[0].Properties[name].Required && !computed && !seen[strings.ToUpper(name)] {
			f.problem(ask.Schema, node.Line, fmt.Sprintf("`%s` is missing here", name))
		}
	}
}

// telling are keys by which alternatives differ.
func telling(mappings []*mappingDefinition) []string {
	times := map[string]int{}
	for _, each := range mappings {
		for name := range each.Properties {
			times[name]++
		}
	}
	return slices.DeleteFunc(sorted(times), func(name string) bool { return times[name] > 1 || slices.Contains(latent, name) })
}

// scalar reads one: what is no text may be taken for a text.
func (f *File) scalar(node *yamlNode, as kind) {
	node = literal(node)
	isExpression, wrong := f.expressions(node, as)
	switch {
	case wrong:
		return
	case isExpression:
		if len(as.context) == 0 {
			f.problem(ask.Schema, node.Line, "an expression can't stand here")
		}
		return
	}
	var constants []string
	for _, each := range ends(as.name, true) {
		tag := node.ShortTag()
		switch {
		case each.Null != nil && tag == "!!null", each.Boolean != nil && tag == "!!bool",
			each.Number != nil && (tag == "!!int" || tag == "!!float"):
			return
		case each.Allowed != nil:
			constants = append(constants, each.Allowed...)
		case each.String != nil && each.String.Constant != "":
			constants = append(constants, each.String.Constant)
		case each.String != nil && (!each.String.Filled || text(node) != ""):
			if slices.Contains(conditions, as.name) && strings.TrimSpace(text(node)) != "" {
				f.expression(node, node.Line, node.Value, as)
			}
			return
		}
	}
	if slices.Contains(constants, text(node)) {
		return
	}
	if len(constants) > 0 && text(node) != "" {
		f.problem(ask.Schema, node.Line, fmt.Sprintf("`%s` isn't one of those that GitHub knows here: %s", text(node), strings.Join(constants, ", ")))
		return
	}
	f.misplaced(node, as)
}

// misplaced is a node of another kind than what belongs here.
func (f *File) misplaced(node *yamlNode, as kind) {
	var wanted []string
	for _, each := range ends(as.name, true) {
		word := "a single value"
		switch {
		case each.Mapping != nil:
			word = "a mapping (`key: value`)"
		case each.Sequence != nil:
			word = "a list (`- item`)"
		case each.Boolean != nil:
			word = "true or false"
		case each.Number != nil:
			word = "a number"
		}
		if !slices.Contains(wanted, word) {
			wanted = append(wanted, word)
		}
	}
	given := map[yaml.Kind]string{yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list"}[node.Kind]
	if given == "" {
		if given = "`" + node.Value + "`"; text(node) == "" {
			given = "empty"
		}
	}
	f.problem(ask.Schema, node.Line, fmt.Sprintf("%s belongs here, and this is %s", strings.Join(wanted, " or "), given))
}

// expressions looks at those within a text; it tells whether there are any, and
// whether one is wrong.
func (f *File) expressions(node *yamlNode, as kind) (bool, bool) {
	if node.ShortTag() != "!!str" {
		return false, false
	}
	rest, line, found, wrong := node.Value, node.Line, false, false
	if node.Style == yaml.LiteralStyle || node.Style == yaml.FoldedStyle {
		line++
	}
	for {
		before, inside, more := strings.Cut(rest, "${{")
		if !more {
			return found, wrong
		}
		found = true
		line += strings.Count(before, "\n")
		end := closed(inside)
		if end < 0 {
			f.problem(ask.Schema, line, "this expression isn't closed: `${{` without `}}`")
			return true, true
		}
		if strings.TrimSpace(inside[:end]) != "insert" {
			wrong = !f.expression(node, line, inside[:end], as) || wrong
		}
		line += strings.Count(inside[:end], "\n")
		rest = inside[end+2:]
	}
}

// literal puts a text in the place of an expression that is nothing but one: `${{ 'a' }}`.
func literal(node *yamlNode) *yamlNode {
	inside, found := strings.CutPrefix(node.Value, "${{")
	if end := closed(inside); !found || end < 0 || end+2 != len(inside) {
		return node
	}
	parsed, err := actionlint.NewExprParser().Parse(actionlint.NewExprLexer(inside))
	if word, isText := parsed.(*actionlint.StringNode); err == nil && isText {
		node.Value, node.Tag, node.Style = word.Value, "!!str", 0
	}
	return node
}

// closed is where an expression's `}}` is, which isn't within a text of it.
func closed(inside string) int {
	quoted := false
	for at := 0; at+1 < len(inside); at++ {
		switch {
		case inside[at] == '\'':
			quoted = !quoted
		case !quoted && inside[at] == '}' && inside[at+1] == '}':
			return at
		}
	}
	return -1
}

// usual are functions that every expression may call, as GitHub's parser has them.
var usual = []string{"case(3,255)", "contains(2,2)", "endsWith(2,2)", "format(1,255)", "fromJSON(1,1)", "join(1,2)", "startsWith(2,2)", "toJSON(1,1)"}

// expression tells whether one is right: its grammar, the contexts and functions it names.
func (f *File) expression(node *yamlNode, line int, words string, as kind) bool {
	if strings.TrimSpace(words) == "" {
		f.problem(ask.Schema, line, "there is no expression between `${{` and `}}`")
		return false
	}
	parsed, err := actionlint.NewExprParser().Parse(actionlint.NewExprLexer(words + "}}"))
	if err != nil {
		f.problem(ask.Schema, line, "this expression can't be read: "+err.Message)
		return false
	}
	right := true
	wrong := func(format string, arguments ...any) {
		right = false
		f.problem(ask.Schema, line, fmt.Sprintf(format, arguments...))
	}
	actionlint.VisitExprNode(parsed, func(node, _ actionlint.ExprNode, entering bool) {
		if !entering {
			return
		}
		switch node := node.(type) {
		case *actionlint.VariableNode:
			if !slices.ContainsFunc(as.context, func(each string) bool { return strings.EqualFold(each, node.Name) }) {
				wrong("an expression can't use `%s` here", node.Name)
			}
		case *actionlint.FuncCallNode:
			for _, each := range append(slices.Clone(usual), as.context...) {
				name, bounds, isFunction := strings.Cut(each, "(")
				if !isFunction || !strings.EqualFold(name, node.Callee) {
					continue
				}
				least, most := 0, 255
				_, _ = fmt.Sscanf(bounds, "%d,%d)", &least, &most)
				if len(node.Args) < least || len(node.Args) > most {
					wrong("`%s` has %d arguments here, which are too many or too few", node.Callee, len(node.Args))
				}
				if strings.EqualFold(name, "case") && len(node.Args)%2 == 0 {
					wrong("`case` takes pairs of a condition and a value, and a value for all else")
				}
				return
			}
			wrong("an expression can't call `%s` here", node.Callee)
		}
	})
	return right
}

func sorted[V any](from map[string]V) []string {
	var names []string
	for name := range from {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
