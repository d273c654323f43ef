package repository

import (
	"fmt"
	"path"
	"strings"

	"lab.local/workflow/internal/ask"
)

// apply makes edits in the index, so that the learner's folder stays as it is.
func (r *Repository) apply(edits []ask.Edit) error {
	for _, edit := range edits {
		if err := safe(edit.File); err != nil {
			return err
		}
		if err := r.edit(edit); err != nil {
			return err
		}
	}
	return nil
}

func (r *Repository) edit(edit ask.Edit) error {
	mode, content, there := r.indexed(edit.File)
	switch {
	case edit.Delete:
		if !there {
			return doesntFit(edit.File, "it isn't there, or your .gitignore names it")
		}
		_, err := r.git("update-index", "--force-remove", "--", edit.File)
		return err
	case edit.Write != nil:
		content = *edit.Write
	case !there:
		return doesntFit(edit.File, "it isn't there, or your .gitignore names it")
	case edit.Append != nil:
		if content != "" && !strings.HasSuffix(content, "\n") {
			content += "\n"
		}
		content += *edit.Append
	case edit.Replace != nil:
		if found := strings.Count(content, *edit.Replace); found != 1 {
			return doesntFit(edit.File, fmt.Sprintf("it should hold %q exactly once, and holds it %d times", *edit.Replace, found))
		}
		content = strings.Replace(content, *edit.Replace, edit.With, 1)
	default:
		return fmt.Errorf("the edit of %s says neither write, append, replace nor delete", edit.File)
	}
	blob, err := r.run(strings.NewReader(content), nil, "hash-object", "-w", "--stdin")
	if err != nil {
		return err
	}
	_, err = r.git("update-index", "--add", "--replace", "--cacheinfo", mode+","+blob+","+edit.File)
	return err
}

// indexed gives a file's mode and contents.
func (r *Repository) indexed(file string) (string, string, bool) {
	listed, err := r.git("ls-files", "--stage", "--", file)
	fields := strings.Fields(listed)
	if err != nil || len(fields) < 4 || strings.Contains(listed, "\n") || !strings.HasPrefix(fields[0], "100") {
		return "100644", "", false
	}
	content, err := r.raw(nil, nil, "cat-file", "blob", fields[1])
	return fields[0], string(content), err == nil
}

func doesntFit(file, why string) error {
	return Refusal{ask.Problem{
		Code: ask.BadChange,
		File: file,
		Text: fmt.Sprintf("the lab's commit changes %s, and that doesn't fit: %s", file, why),
	}}
}

// safe tells whether a path stays in the repository.
func safe(file string) error {
	clean := path.Clean(file)
	first, _, _ := strings.Cut(clean, "/")
	if file == "" || clean != file || path.IsAbs(file) || first == ".." || strings.EqualFold(first, ".git") {
		return fmt.Errorf("the change names %q, which is no path of a file in the repository", file)
	}
	return nil
}
