package copies

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"lab.local/terraform-kind/internal/configuration"
)

// sources are the texts of a configuration's files, by their paths.
type sources map[string][]byte

// change is a copy that differs from the original in some files.
type change struct {
	what, diff string
	// files are written; a nil text removes the file.
	files map[string][]byte
}

func read(folder string) (sources, error) {
	files := sources{}
	err := walkConfiguration(folder, func(path string) error {
		text, err := os.ReadFile(filepath.Join(folder, path))
		files[path] = text
		return err
	})
	return files, err
}

func (c change) write(folder string) error {
	for path, text := range c.files {
		path = filepath.Join(folder, path)
		if text == nil {
			if err := os.Remove(path); err != nil {
				return err
			}
		} else if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// equalCopy behaves the same and looks different: each folder's files are one,
// each with a comment above it.
func equalCopy(files sources) change {
	joined := change{what: "the same, each folder's files joined in one, with comments", files: map[string][]byte{}}
	for _, path := range paths(files) {
		if !joins(path) {
			joined.files[path] = spaced(path, files[path])
			continue
		}
		all := filepath.Join(filepath.Dir(path), "joined.tf")
		joined.files[all] = slices.Concat(joined.files[all], []byte("# A comment.\n\n"), files[path], []byte("\n"))
		if path != all {
			joined.files[path] = nil
		}
	}
	return joined
}

// commentedCopy behaves the same: each file stands where it stood, with a comment
// above it and another spacing.
func commentedCopy(files sources) change {
	commented := change{what: "the same, each file with a comment above it", files: map[string][]byte{}}
	for path, text := range files {
		commented.files[path] = spaced(path, text)
	}
	return commented
}

// joins tells whether a file is one that can be joined with others: those that override
// them, by their name or by their ending, can't.
func joins(path string) bool {
	base, is := strings.CutSuffix(filepath.Base(path), ".tf")
	return is && base != "override" && !strings.HasSuffix(base, "_override")
}

// spaced is a text that says the same with a comment more, or in JSON with other spaces.
func spaced(path string, text []byte) []byte {
	if configuration.IsJSON(path) {
		return respaced(text)
	}
	return slices.Concat([]byte("# A comment.\n\n"), hclwrite.Format(text), []byte("\n"))
}

// site is a place where a mistake can be made.
type site struct {
	kind string
	change
}

// wrongCopies makes one mistake in each copy. Kinds take turns, so that a few
// copies show much.
func wrongCopies(files sources, most int) []change {
	byKind := map[string][]change{}
	var kinds []string
	for _, path := range paths(files) {
		for _, site := range sites(path, files[path]) {
			if !slices.Contains(kinds, site.kind) {
				kinds = append(kinds, site.kind)
			}
			byKind[site.kind] = append(byKind[site.kind], site.change)
		}
	}
	slices.Sort(kinds)
	var taken []change
	for len(taken) < most {
		before := len(taken)
		for _, kind := range kinds {
			if left := byKind[kind]; len(left) > 0 && len(taken) < most {
				taken, byKind[kind] = append(taken, left[0]), left[1:]
			}
		}
		if len(taken) == before {
			break
		}
	}
	return taken
}

// sites finds what can be done wrong in one file.
func sites(path string, text []byte) []site {
	if configuration.IsJSON(path) {
		return sitesInJSON(path, text)
	}
	// An edit aligns what stands beside it: formatted first, only it differs.
	text = hclwrite.Format(text)
	file, diagnostics := hclwrite.ParseConfig(text, path, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return nil
	}
	var found []site
	add := func(kind, what string, edit func(block *hclwrite.Block), index []int) {
		copy, _ := hclwrite.ParseConfig(text, path, hcl.InitialPos)
		block := at(copy.Body(), index)
		edit(block)
		wrong := hclwrite.Format(copy.Bytes())
		found = append(found, site{kind, change{what, difference(path, text, wrong), map[string][]byte{path: wrong}}})
	}
	for index, block := range file.Body().Blocks() {
		labels := block.Labels()
		switch {
		case block.Type() == "variable" && len(labels) == 1:
			for inner, validation := range block.Body().Blocks() {
				if validation.Type() == "validation" {
					name := labels[0]
					add("validation", fmt.Sprintf("var.%s takes anything", name), func(block *hclwrite.Block) {
						block.Body().SetAttributeRaw("condition", raw(fmt.Sprintf("var.%[1]s == var.%[1]s", name)))
					}, []int{index, inner})
				}
			}
		case block.Type() == "output" && len(labels) == 1 && promised(path):
			if _, secret := block.Body().Attributes()["sensitive"]; !secret && block.Body().GetAttribute("value") != nil {
				add("output", fmt.Sprintf("output.%s says something else", labels[0]), func(block *hclwrite.Block) {
					block.Body().SetAttributeRaw("value", raw(`"wrong"`))
				}, []int{index})
			}
		case block.Type() == "resource" && len(labels) == 2:
			for _, mistake := range mistakes[labels[0]] {
				if value := block.Body().GetAttribute(mistake.attribute); value != nil || mistake.adds {
					what := fmt.Sprintf("%s.%s: %s", labels[0], labels[1], mistake.what)
					add(labels[0]+mistake.attribute, what, func(block *hclwrite.Block) { mistake.in(block.Body()) }, []int{index})
				}
			}
		}
	}
	return found
}

// promised tells whether a file's outputs are those that the task asks to be tested: the
// root's and those of modules/site. How a learner's other modules speak to each other is
// theirs.
func promised(path string) bool {
	folder := filepath.ToSlash(filepath.Dir(path))
	return folder == "." || folder == "modules/site"
}

// mistake is one that can be made in a resource.
type mistake struct {
	attribute, what string
	// adds is said where the attribute need not be there.
	adds bool
	// value takes the attribute's place, and suffix is added to a text; without both it is
	// removed.
	value, suffix string
}

// in a resource's body.
func (m mistake) in(body *hclwrite.Body) {
	switch {
	case m.value != "":
		body.SetAttributeRaw(m.attribute, raw(m.value))
	case m.suffix != "":
		now := strings.TrimSpace(string(body.GetAttribute(m.attribute).Expr().BuildTokens(nil).Bytes()))
		body.SetAttributeRaw(m.attribute, raw(fmt.Sprintf(`format("%%s%s", %s)`, m.suffix, now)))
	default:
		body.RemoveAttribute(m.attribute)
	}
}

var mistakes = map[string][]mistake{
	"garage_bucket": {
		{attribute: "global_alias", what: "another name", suffix: "-x"},
		{attribute: "website", what: "no website"},
	},
	"garage_bucket_permission": {
		{attribute: "owner", what: "the key may change the bucket itself", adds: true, value: "true"},
		{attribute: "write", what: "the key may not write", value: "false"},
	},
}

func raw(expression string) hclwrite.Tokens {
	file, _ := hclwrite.ParseConfig([]byte("x = "+expression+"\n"), "", hcl.InitialPos)
	return file.Body().GetAttribute("x").Expr().BuildTokens(nil)
}

func at(body *hclwrite.Body, index []int) *hclwrite.Block {
	block := body.Blocks()[index[0]]
	for _, inner := range index[1:] {
		block = block.Body().Blocks()[inner]
	}
	return block
}

func paths(files sources) []string {
	var paths []string
	for path := range files {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths
}

// difference shows what a change of a few lines changed.
func difference(path string, before, after []byte) string {
	old, new := strings.Split(string(before), "\n"), strings.Split(string(after), "\n")
	start := 0
	for start < len(old) && start < len(new) && old[start] == new[start] {
		start++
	}
	end := 0
	for end < len(old)-start && end < len(new)-start && old[len(old)-1-end] == new[len(new)-1-end] {
		end++
	}
	text := fmt.Sprintf("%s, line %d\n", path, start+1)
	for _, line := range old[start : len(old)-end] {
		text += "- " + line + "\n"
	}
	for _, line := range new[start : len(new)-end] {
		text += "+ " + line + "\n"
	}
	return text
}
