// Package configuration reads files in HCL as data, in the form that HCL has in JSON: a
// block's type and labels are keys, blocks of the same ones a list, and an expression that
// isn't a value is its source in `${…}`.
package configuration

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	// mostBytes of a file, mostTokens in it, and mostDepth of brackets within one another are
	// read: the parser goes down by its own stack.
	mostBytes  = 1 << 20
	mostTokens = 100_000
	mostDepth  = 60
	// mostFiles of a folder are read.
	mostFiles = 200
)

// ErrNoFile is for a path where the learner's folder has nothing that can be read.
var ErrNoFile = errors.New("no file")

// IsPart tells whether the tool reads a file of this name as part of its folder's
// configuration (https://opentofu.org/docs/language/files/).
func IsPart(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") {
		return false
	}
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tofu") || IsJSON(name)
}

// IsJSON tells whether such a file is written in JSON.
func IsJSON(name string) bool {
	return strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tofu.json")
}

// Found is a configuration, or what is wrong with its files.
type Found struct {
	Config   map[string]any
	Problems []Problem
	// Excess is what isn't read, in technical words; empty where all is.
	Excess string
}

// Problem is an error as HCL tells it.
type Problem struct {
	Summary, Detail, File, Code string
	Line                        int
}

// Read the .tf files of a folder as one, or one file; a relative path begins at `work`,
// and there links out of it aren't followed.
func Read(work, path string) (Found, error) {
	at, inside := work, path
	if filepath.IsAbs(path) {
		at, inside = "/", strings.TrimPrefix(path, "/")
	}
	if inside == "" {
		inside = "."
	}
	root, err := os.OpenRoot(at)
	if err != nil {
		return Found{}, err
	}
	defer root.Close()
	info, err := root.Stat(inside)
	if err != nil {
		// It isn't there, or leads out.
		return Found{}, ErrNoFile
	}
	if !info.IsDir() {
		return of(root, []string{inside})
	}
	entries, err := fs.ReadDir(root.FS(), filepath.Clean(inside))
	if err != nil {
		return Found{}, err
	}
	var files []string
	for _, entry := range entries {
		switch name := entry.Name(); {
		case strings.HasSuffix(name, ".tf.json"):
			return Found{Excess: name + " is written in JSON"}, nil
		case filepath.Ext(name) == ".tf" && !strings.HasPrefix(name, "."):
			files = append(files, filepath.Join(inside, name))
		}
	}
	if len(files) > mostFiles {
		return Found{Excess: fmt.Sprintf("%d files", len(files))}, nil
	}
	return of(root, files)
}

func of(root *os.Root, files []string) (Found, error) {
	found, all := Found{}, &tree{}
	for _, name := range files {
		source, err := text(root, name)
		if errors.Is(err, fs.ErrPermission) {
			found.Problems = append(found.Problems, Problem{Summary: name + " can't be read", Detail: "chmod a+r " + name})
			continue
		}
		if err != nil {
			return found, err
		}
		if found.Excess = excess(name, source); found.Excess != "" {
			return found, nil
		}
		found.read(all, name, source)
	}
	found.Config = all.object()
	return found, nil
}

// read what a file says into the tree.
func (f *Found) read(all *tree, name string, source []byte) {
	file, diagnostics := hclsyntax.ParseConfig(source, name, hcl.InitialPos)
	for _, one := range diagnostics {
		if one.Severity == hcl.DiagError {
			f.Problems = append(f.Problems, problem(name, one, source))
		}
	}
	if body, is := file.Body.(*hclsyntax.Body); is && len(f.Problems) == 0 {
		all.take(body, source)
	}
}

func text(root *os.Root, name string) ([]byte, error) {
	// A pipe would keep us waiting.
	if info, err := root.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil, ErrNoFile
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, mostBytes+1))
}

// excess is what a file has too much of for the parser.
func excess(name string, source []byte) string {
	if len(source) > mostBytes {
		return fmt.Sprintf("%s has more than %d bytes", name, mostBytes)
	}
	tokens, _ := hclsyntax.LexConfig(source, name, hcl.InitialPos)
	if len(tokens) > mostTokens {
		return fmt.Sprintf("%s has more than %d tokens", name, mostTokens)
	}
	depth := 0
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenOQuote,
			hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenCQuote,
			hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			depth = max(0, depth-1)
		}
		if depth > mostDepth {
			return fmt.Sprintf("%s has more than %d brackets within one another", name, mostDepth)
		}
	}
	return ""
}

func problem(name string, one *hcl.Diagnostic, source []byte) Problem {
	found := Problem{Summary: one.Summary, Detail: one.Detail, File: name}
	if one.Subject != nil {
		found.Line = one.Subject.Start.Line
		if lines := strings.Split(string(source), "\n"); found.Line <= len(lines) {
			found.Code = lines[found.Line-1]
		}
	}
	return found
}
