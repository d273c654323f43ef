package runner

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
	"lab.local/workflow/internal/act/exprparser"
)

// mostLegs is how many jobs GitHub makes of a matrix at the most.
const mostLegs = 256

// leg is one combination of a matrix's values.
type leg = map[string]interface{}

// vector is a key of a matrix, with its values in the order in which they are written.
type vector struct {
	name   string
	values []interface{}
}

// legs are a matrix's combinations, as GitHub's MatrixBuilder makes them: in the order in
// which keys and values are written, the last key changing fastest. What `include` adds to
// none of them comes after them.
func legs(matrix *yaml.Node) ([]leg, error) {
	if matrix.Kind == 0 {
		return []leg{{}}, nil
	}
	vectors, include, exclude, err := vectors(matrix)
	if err != nil {
		return nil, err
	}
	var product []leg
	for at, vector := range vectors {
		if at == 0 {
			product = []leg{{}}
		}
		if product, err = times(product, vector); err != nil {
			return nil, err
		}
	}
	var all []leg
	matched := make([]bool, len(include))
	for _, one := range product {
		if slices.ContainsFunc(exclude, func(filter leg) bool { return alike(filter, one) }) {
			continue
		}
		extra := leg{}
		for at, each := range include {
			filter, more := split(each, vectors)
			if alike(filter, one) {
				matched[at] = true
				maps.Copy(extra, more)
			}
		}
		maps.Copy(one, extra)
		all = append(all, one)
	}
	for at, each := range include {
		if !matched[at] {
			all = append(all, each)
		}
	}
	switch {
	case len(all) > mostLegs:
		return nil, errTooMany
	case len(all) == 0:
		return []leg{{}}, nil
	}
	return all, nil
}

var errTooMany = fmt.Errorf("it makes more than %d jobs", mostLegs)

func times(product []leg, by vector) ([]leg, error) {
	// `exclude` may take many away, though not from as many as this.
	if len(product)*len(by.values) > 64*mostLegs {
		return nil, errTooMany
	}
	var more []leg
	for _, one := range product {
		for _, value := range by.values {
			next := maps.Clone(one)
			next[by.name] = value
			more = append(more, next)
		}
	}
	return more, nil
}

// vectors takes a matrix apart.
func vectors(matrix *yaml.Node) (found []vector, include, exclude []leg, err error) {
	if matrix.Kind != yaml.MappingNode {
		return nil, nil, nil, errors.New("it isn't a mapping of keys to lists")
	}
	for at := 0; at+1 < len(matrix.Content); at += 2 {
		name, node := matrix.Content[at].Value, matrix.Content[at+1]
		if node.Kind != yaml.SequenceNode {
			return nil, nil, nil, fmt.Errorf("`%s` isn't a list", name)
		}
		switch name {
		case "include", "exclude":
			var filters []leg
			if err := node.Decode(&filters); err != nil {
				return nil, nil, nil, fmt.Errorf("`%s` isn't a list of mappings", name)
			}
			if slices.ContainsFunc(filters, func(each leg) bool { return len(each) == 0 }) {
				return nil, nil, nil, fmt.Errorf("an entry of `%s` has no values", name)
			}
			if name == "include" {
				include = filters
			} else {
				exclude = filters
			}
		default:
			one := vector{name: name}
			if err := node.Decode(&one.values); err != nil {
				return nil, nil, nil, fmt.Errorf("`%s` can't be read: %w", name, err)
			}
			if len(one.values) == 0 {
				return nil, nil, nil, fmt.Errorf("`%s` doesn't contain any values", name)
			}
			found = append(found, one)
		}
	}
	if len(found)+len(include) == 0 {
		return nil, nil, nil, errors.New("it has neither a list of values nor an `include`")
	}
	for _, filter := range exclude {
		for _, key := range slices.Sorted(maps.Keys(filter)) {
			if !has(found, key) {
				return nil, nil, nil, fmt.Errorf("`exclude` names `%s`, which isn't a key of it", key)
			}
		}
	}
	return found, include, exclude, nil
}

func has(vectors []vector, key string) bool {
	return slices.ContainsFunc(vectors, func(each vector) bool { return strings.EqualFold(each.name, key) })
}

// split parts an entry of `include` into what it asks for and what it adds.
func split(entry leg, vectors []vector) (filter, more leg) {
	filter, more = leg{}, leg{}
	for key, value := range entry {
		if has(vectors, key) {
			filter[key] = value
		} else {
			more[key] = value
		}
	}
	return filter, more
}

// alike tells whether a value has all that is wanted, compared as `==` does.
func alike(wanted, value interface{}) bool {
	switch wanted := wanted.(type) {
	case leg:
		inner, _ := value.(leg)
		for key, each := range wanted {
			if !alike(each, property(inner, key)) {
				return false
			}
		}
		return true
	case []interface{}:
		inner, _ := value.([]interface{})
		for at, each := range wanted {
			if at >= len(inner) && each != nil || at < len(inner) && !alike(each, inner[at]) {
				return false
			}
		}
		return true
	}
	return exprparser.Equal(wanted, value)
}

// property is a value by its name, whose case doesn't matter.
func property(of leg, name string) interface{} {
	if value, found := of[name]; found {
		return value
	}
	for _, key := range slices.Sorted(maps.Keys(of)) {
		if strings.EqualFold(key, name) {
			return of[key]
		}
	}
	return nil
}
