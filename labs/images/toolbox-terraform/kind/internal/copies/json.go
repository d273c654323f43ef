package copies

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// respaced is a JSON text with other spaces; one that isn't JSON stays as it is.
func respaced(text []byte) []byte {
	var other bytes.Buffer
	if json.Indent(&other, text, "", "\t\t") != nil {
		return text
	}
	return append(other.Bytes(), '\n')
}

// sitesInJSON finds what can be done wrong in one file in JSON syntax
// (https://opentofu.org/docs/language/syntax/json/).
func sitesInJSON(path string, text []byte) []site {
	before, all := formatted(text)
	if all == nil {
		return nil
	}
	var found []site
	// add does a mistake in the place itself, writes all of it, and undoes the mistake.
	add := func(kind, what string, object map[string]any, key string, wrong any) {
		was, there := object[key]
		if object[key] = wrong; wrong == nil {
			delete(object, key)
		}
		after := written(all)
		if object[key] = was; !there {
			delete(object, key)
		}
		found = append(found, site{kind, change{what, difference(path, before, after), map[string][]byte{path: after}}})
	}
	for _, file := range objects(all) {
		for _, variable := range labelled(file["variable"]) {
			for _, validation := range objects(variable.body["validation"]) {
				add("validation", fmt.Sprintf("var.%s takes anything", variable.name), validation, "condition",
					fmt.Sprintf("${var.%[1]s == var.%[1]s}", variable.name))
			}
		}
		for _, output := range labelled(file["output"]) {
			if !promised(path) {
				break
			}
			if _, secret := output.body["sensitive"]; !secret && output.body["value"] != nil {
				add("output", fmt.Sprintf("output.%s says something else", output.name), output.body, "value", "wrong")
			}
		}
		for _, kind := range labelled(file["resource"]) {
			for _, resource := range labelled(kind.body) {
				for _, mistake := range mistakes[kind.name] {
					now, there := resource.body[mistake.attribute]
					if !there && !mistake.adds {
						continue
					}
					what := fmt.Sprintf("%s.%s: %s", kind.name, resource.name, mistake.what)
					add(kind.name+mistake.attribute, what, resource.body, mistake.attribute, mistake.inJSON(now))
				}
			}
		}
	}
	return found
}

// inJSON is the wrong value in the place of one; nil for none.
func (m mistake) inJSON(now any) any {
	switch {
	case m.value != "":
		return "${" + m.value + "}"
	case m.suffix != "":
		// A string is a template.
		text, _ := now.(string)
		return text + m.suffix
	}
	return nil
}

type named struct {
	name string
	body map[string]any
}

// labelled are the blocks under a label, in the order of their names.
func labelled(value any) []named {
	var found []named
	for _, object := range objects(value) {
		for _, name := range slices.Sorted(maps.Keys(object)) {
			for _, body := range objects(object[name]) {
				found = append(found, named{name, body})
			}
		}
	}
	return found
}

// objects are a value that is an object, or a list of some.
func objects(value any) []map[string]any {
	switch value := value.(type) {
	case map[string]any:
		return []map[string]any{value}
	case []any:
		var found []map[string]any
		for _, one := range value {
			if object, is := one.(map[string]any); is {
				found = append(found, object)
			}
		}
		return found
	}
	return nil
}

// formatted is a text as we write it, and what it says; nil where it isn't JSON.
func formatted(text []byte) ([]byte, any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var all any
	if decoder.Decode(&all) != nil {
		return nil, nil
	}
	return written(all), all
}

func written(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(value)
	return text.Bytes()
}
