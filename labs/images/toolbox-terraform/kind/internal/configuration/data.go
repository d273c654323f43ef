package configuration

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// tree is what stands under one key: bodies of blocks and values of attributes, and what
// stands under the next label.
type tree struct {
	values []any
	under  map[string]*tree
}

func (t *tree) at(keys ...string) *tree {
	for _, key := range keys {
		if t.under == nil {
			t.under = map[string]*tree{}
		}
		if t.under[key] == nil {
			t.under[key] = &tree{}
		}
		t = t.under[key]
	}
	return t
}

// take what a body says.
func (t *tree) take(body *hclsyntax.Body, source []byte) {
	for name, attribute := range body.Attributes {
		at := t.at(name)
		at.values = append(at.values, data(attribute.Expr, source))
	}
	for _, block := range body.Blocks {
		inner := &tree{}
		inner.take(block.Body, source)
		at := t.at(append([]string{block.Type}, block.Labels...)...)
		at.values = append(at.values, inner.object())
	}
}

func (t *tree) object() map[string]any {
	found := map[string]any{}
	for key, inner := range t.under {
		values := inner.values
		if inner.under != nil {
			values = append(values, inner.object())
		}
		if len(values) == 1 {
			found[key] = values[0]
		} else {
			found[key] = values
		}
	}
	return found
}

// data is an expression's value where it is written down, and else its source.
func data(expression hclsyntax.Expression, source []byte) any {
	switch one := expression.(type) {
	case *hclsyntax.LiteralValueExpr:
		return plain(one.Val)
	case *hclsyntax.UnaryOpExpr:
		if _, number := one.Val.(*hclsyntax.LiteralValueExpr); number {
			if value, diagnostics := one.Value(nil); !diagnostics.HasErrors() {
				return plain(value)
			}
		}
	case *hclsyntax.TupleConsExpr:
		items := []any{}
		for _, item := range one.Exprs {
			items = append(items, data(item, source))
		}
		return items
	case *hclsyntax.ObjectConsExpr:
		entries := map[string]any{}
		for _, item := range one.Items {
			entries[key(item.KeyExpr, source)] = data(item.ValueExpr, source)
		}
		return entries
	case *hclsyntax.TemplateExpr:
		return template(one, source)
	case *hclsyntax.TemplateWrapExpr:
		return "${" + written(one.Wrapped, source) + "}"
	}
	return "${" + written(expression, source) + "}"
}

func key(expression hclsyntax.Expression, source []byte) string {
	if word := hcl.ExprAsKeyword(expression); word != "" {
		return word
	}
	if of, is := expression.(*hclsyntax.ObjectConsKeyExpr); is {
		expression = of.Wrapped
	}
	if text, is := data(expression, source).(string); is {
		return text
	}
	return written(expression, source)
}

// template is a text, with what it is made of as it is written.
func template(one *hclsyntax.TemplateExpr, source []byte) string {
	var all strings.Builder
	for _, part := range one.Parts {
		literal, is := part.(*hclsyntax.LiteralValueExpr)
		switch text := written(part, source); {
		case is && literal.Val.Type() == cty.String:
			// As HCL escapes them: they are no template's.
			all.WriteString(strings.NewReplacer("${", "$${", "%{", "%%{").Replace(literal.Val.AsString()))
		case strings.HasPrefix(text, "%{"):
			all.WriteString(text)
		default:
			all.WriteString("${" + text + "}")
		}
	}
	return all.String()
}

func written(expression hclsyntax.Expression, source []byte) string {
	return string(expression.Range().SliceBytes(source))
}

// plain is a value as JSON has it.
func plain(value cty.Value) any {
	if value.Type() == cty.Number {
		// What no reader's number holds is told by its digits.
		if size, _ := value.AsBigFloat().Float64(); math.IsInf(size, 0) {
			return value.AsBigFloat().Text('g', 20)
		}
	}
	text, err := ctyjson.Marshal(value, value.Type())
	if err != nil {
		return nil
	}
	return json.RawMessage(text)
}
