package syntax

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"

	"lab.local/workflow/internal/ask"
)

// Model is what workflow files say, as data.
type Model struct {
	Valid     bool          `json:"valid"`
	Problems  []ask.Problem `json:"problems"`
	Workflows []*Described  `json:"workflows"`
	// Uses are all actions and called workflows.
	Uses []Use `json:"uses"`
	// Unpinned are those of others that aren't pinned to a SHA.
	Unpinned []string `json:"unpinned"`
	// WriteScopes are the permissions to write, "file: job: scope".
	WriteScopes []string `json:"write-scopes"`
	// InlineExpressions are texts of strangers within a script.
	InlineExpressions []Inline `json:"inline-expressions"`
}

// Described is one workflow.
type Described struct {
	File        string           `json:"file"`
	Name        string           `json:"name"`
	Reusable    bool             `json:"reusable"`
	Triggers    []map[string]any `json:"triggers"`
	Permissions any              `json:"permissions"`
	Concurrency *Concurrency     `json:"concurrency"`
	Env         any              `json:"env"`
	Defaults    any              `json:"defaults"`
	Jobs        []*DescribedJob  `json:"jobs"`
}

// Concurrency is a group, and whether a new run ends an old one.
type Concurrency struct {
	Group  string `json:"group"`
	Cancel any    `json:"cancel"`
	Line   int    `json:"line"`
}

// DescribedJob is one job.
type DescribedJob struct {
	ID                   string          `json:"id"`
	Name                 string          `json:"name"`
	Line                 int             `json:"line"`
	Needs                []string        `json:"needs"`
	If                   string          `json:"if"`
	RunsOn               []string        `json:"runs-on"`
	Uses                 string          `json:"uses"`
	With                 any             `json:"with"`
	Environment          string          `json:"environment"`
	Permissions          any             `json:"permissions"`
	EffectivePermissions any             `json:"effective-permissions"`
	Concurrency          *Concurrency    `json:"concurrency"`
	Matrix               any             `json:"matrix"`
	Legs                 int             `json:"legs"`
	ContinueOnError      any             `json:"continue-on-error"`
	TimeoutMinutes       any             `json:"timeout-minutes"`
	Secrets              any             `json:"secrets"`
	Env                  any             `json:"env"`
	Steps                []DescribedStep `json:"steps"`
}

// DescribedStep is one step.
type DescribedStep struct {
	ID              string `json:"id"`
	Name            string `json:"name"`
	Uses            string `json:"uses"`
	Run             string `json:"run"`
	Shell           string `json:"shell"`
	If              string `json:"if"`
	With            any    `json:"with"`
	Env             any    `json:"env"`
	ContinueOnError any    `json:"continue-on-error"`
	TimeoutMinutes  any    `json:"timeout-minutes"`
	Line            int    `json:"line"`
}

// Use of an action or a workflow.
type Use struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Job    string `json:"job"`
	Uses   string `json:"uses"`
	Action string `json:"action"`
	Ref    string `json:"ref"`
	Pinned bool   `json:"pinned"`
	Local  bool   `json:"local"`
}

// Inline is an expression within a script.
type Inline struct {
	File       string `json:"file"`
	Line       int    `json:"line"`
	Expression string `json:"expression"`
}

var sha = regexp.MustCompile(`^[0-9a-f]{40}$`)

// Describe makes the model of workflow files, and of the repository's own actions
// as far as they use them: what those use counts as well.
func Describe(files []*File, read Reader) *Model {
	model := &Model{
		Valid: true, Problems: []ask.Problem{}, Workflows: []*Described{}, Uses: []Use{},
		Unpinned: []string{}, WriteScopes: []string{}, InlineExpressions: []Inline{},
	}
	for _, file := range files {
		if len(file.Problems) > 0 {
			model.Valid = false
			model.Problems = append(model.Problems, file.Problems...)
		}
		if file.Root != nil {
			model.Workflows = append(model.Workflows, model.workflow(file))
		}
	}
	seen := map[string]bool{}
	for at := 0; at < len(model.Uses); at++ {
		use := model.Uses[at]
		inside, local := strings.CutPrefix(use.Uses, "./")
		if inside = path.Clean(inside); local && !seen[inside] && path.Dir(inside) != ".github/workflows" {
			seen[inside] = true
			model.action(inside, use.Job, read)
		}
	}
	return model
}

// action reads an action of the repository's own, of which the steps of a
// composite one use others.
func (m *Model) action(folder, job string, read Reader) {
	for _, name := range []string{"action.yml", "action.yaml"} {
		where := path.Join(folder, name)
		content, err := read(where)
		if err != nil {
			continue
		}
		for _, step := range items(get(parse(content), "runs", "steps")) {
			if uses := get(step, "uses"); uses != nil {
				m.use(where, job, uses)
			}
			m.inline(where, get(step, "run"))
		}
		return
	}
}

func (m *Model) workflow(file *File) *Described {
	root := file.Root
	described := &Described{
		File: file.Path, Name: file.Name(), Reusable: contains(file.Events(), "workflow_call"),
		Triggers: triggers(file), Permissions: value(get(root, "permissions")),
		Concurrency: concurrency(get(root, "concurrency")), Env: value(get(root, "env")), Defaults: value(get(root, "defaults")),
		Jobs: []*DescribedJob{},
	}
	for _, pair := range pairs(get(root, "jobs")) {
		described.Jobs = append(described.Jobs, m.job(file.Path, described, pair))
	}
	return described
}

func (m *Model) job(file string, workflow *Described, pair [2]*yamlNode) *DescribedJob {
	node := pair[1]
	job := &DescribedJob{
		ID: pair[0].Value, Name: text(get(node, "name")), Line: pair[0].Line, Needs: texts(get(node, "needs")),
		If: text(get(node, "if")), RunsOn: texts(get(node, "runs-on")), Uses: text(get(node, "uses")),
		With: value(get(node, "with")), Environment: environment(get(node, "environment")),
		Permissions: value(get(node, "permissions")), Concurrency: concurrency(get(node, "concurrency")),
		Matrix: value(get(node, "strategy", "matrix")), Legs: legs(get(node, "strategy", "matrix")),
		ContinueOnError: value(get(node, "continue-on-error")), TimeoutMinutes: value(get(node, "timeout-minutes")),
		Secrets: value(get(node, "secrets")), Env: value(get(node, "env")), Steps: []DescribedStep{},
	}
	job.EffectivePermissions = job.Permissions
	if job.EffectivePermissions == nil {
		job.EffectivePermissions = workflow.Permissions
	}
	for _, scope := range writes(job.EffectivePermissions) {
		m.WriteScopes = append(m.WriteScopes, fmt.Sprintf("%s: %s: %s", file, job.ID, scope))
	}
	if job.Uses != "" {
		m.use(file, job.ID, get(node, "uses"))
	}
	for _, step := range items(get(node, "steps")) {
		job.Steps = append(job.Steps, DescribedStep{
			ID: text(get(step, "id")), Name: text(get(step, "name")), Uses: text(get(step, "uses")),
			Run: text(get(step, "run")), Shell: text(get(step, "shell")), If: text(get(step, "if")),
			With: value(get(step, "with")), Env: value(get(step, "env")), Line: step.Line,
			ContinueOnError: value(get(step, "continue-on-error")), TimeoutMinutes: value(get(step, "timeout-minutes")),
		})
		if uses := get(step, "uses"); uses != nil {
			m.use(file, job.ID, uses)
		}
		m.inline(file, get(step, "run"))
		if strings.HasPrefix(text(get(step, "uses")), "actions/github-script") {
			m.inline(file, get(step, "with", "script"))
		}
	}
	return job
}

func (m *Model) use(file, job string, node *yamlNode) {
	use := Use{File: file, Line: node.Line, Job: job, Uses: text(node)}
	use.Local = strings.HasPrefix(use.Uses, "./")
	use.Action, use.Ref, _ = strings.Cut(use.Uses, "@")
	use.Pinned = sha.MatchString(use.Ref)
	m.Uses = append(m.Uses, use)
	if !use.Local && !use.Pinned {
		m.Unpinned = append(m.Unpinned, fmt.Sprintf("%s:%d %s", file, use.Line, use.Uses))
	}
}

var (
	expression = regexp.MustCompile(`\$\{\{(.*?)\}\}`)
	// strangers are the contexts that hold texts of whoever caused the event.
	strangers = regexp.MustCompile(`\bgithub\.(event\b|head_ref\b)`)
)

func (m *Model) inline(file string, node *yamlNode) {
	if node == nil {
		return
	}
	for at, words := range strings.Split(node.Value, "\n") {
		for _, found := range expression.FindAllStringSubmatch(words, -1) {
			if !strangers.MatchString(found[1]) {
				continue
			}
			line := node.Line + at
			if node.Style == yaml.LiteralStyle || node.Style == yaml.FoldedStyle {
				line++
			}
			m.InlineExpressions = append(m.InlineExpressions, Inline{File: file, Line: line, Expression: strings.TrimSpace(found[1])})
		}
	}
}

func triggers(file *File) []map[string]any {
	found := []map[string]any{}
	for _, event := range file.Events() {
		trigger := map[string]any{"event": event}
		on, _ := file.on(event)
		for _, pair := range pairs(on) {
			trigger[pair[0].Value] = value(pair[1])
		}
		if event == "schedule" {
			trigger["cron"] = value(on)
		}
		found = append(found, trigger)
	}
	return found
}

func concurrency(node *yamlNode) *Concurrency {
	if node == nil {
		return nil
	}
	if pairs(node) == nil {
		return &Concurrency{Group: text(node), Cancel: false, Line: node.Line}
	}
	cancel := value(get(node, "cancel-in-progress"))
	if cancel == nil {
		cancel = false
	}
	return &Concurrency{Group: text(get(node, "group")), Cancel: cancel, Line: node.Line}
}

func environment(node *yamlNode) string {
	if pairs(node) != nil {
		return text(get(node, "name"))
	}
	return text(node)
}

// writes are the scopes that may be written; without any `permissions` it is
// for the repository's settings to say, so `default`.
func writes(permissions any) []string {
	switch permissions := permissions.(type) {
	case nil:
		return []string{"default"}
	case string:
		if permissions == "write-all" {
			return []string{"*"}
		}
	case map[string]any:
		var scopes []string
		for scope, level := range permissions {
			if level == "write" {
				scopes = append(scopes, scope)
			}
		}
		sort.Strings(scopes)
		return scopes
	}
	return nil
}

// legs are how many a matrix has, as far as it is written out; 1 without one.
func legs(matrix *yamlNode) int {
	if matrix == nil || pairs(matrix) == nil {
		return 1
	}
	product, axes := 1, 0
	for _, axis := range pairs(matrix) {
		if axis[0].Value == "include" || axis[0].Value == "exclude" {
			continue
		}
		axes++
		product *= max(1, len(items(axis[1])))
	}
	product -= len(items(get(matrix, "exclude")))
	if axes == 0 {
		product = len(items(get(matrix, "include")))
	}
	return max(product, 0)
}

// parse is a YAML text's root, nil when it isn't one.
func parse(content []byte) *yamlNode {
	var document yaml.Node
	left := mostNodes
	if err := yaml.NewDecoder(bytes.NewReader(content)).Decode(&document); err != nil || !bounded(document.Content[0], &left, 0) {
		return nil
	}
	return document.Content[0]
}
