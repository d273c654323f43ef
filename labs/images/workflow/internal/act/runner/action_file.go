package runner

import (
	"io"

	"github.com/nektos/act/pkg/model"
	"github.com/nektos/act/pkg/schema"
	"gopkg.in/yaml.v3"
)

// actionSchema is act's, which is older than the function `case`: wherever an expression
// may stand it may be called.
var actionSchema = func() *schema.Schema {
	all := schema.GetActionSchema()
	for name, definition := range all.Definitions {
		if len(definition.Context) > 0 {
			definition.Context = append(definition.Context, "case(3,255)")
			all.Definitions[name] = definition
		}
	}
	return all
}()

// actionFile reads an action.yml as act does, by that schema.
func actionFile(from io.Reader) (*model.Action, error) {
	var document yaml.Node
	if err := yaml.NewDecoder(from).Decode(&document); err != nil {
		return nil, err
	}
	if err := (&schema.Node{Definition: "action-root", Schema: actionSchema}).UnmarshalYAML(&document); err != nil {
		return nil, err
	}
	type bare model.Action
	action := &model.Action{}
	if err := document.Decode((*bare)(action)); err != nil {
		return nil, err
	}
	if action.Runs.PreIf == "" {
		action.Runs.PreIf = "always()"
	}
	if action.Runs.PostIf == "" {
		action.Runs.PostIf = "always()"
	}
	return action, nil
}
