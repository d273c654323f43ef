package run

import (
	"go/ast"
	"go/parser"
	positions "go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The lab's page says which test shows each of GitHub's behaviours: there is such a
// test, or a solution of the name, and both languages name the same.
func TestThePageOfDifferencesNamesWhatIsThere(t *testing.T) {
	known := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(positions.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, each := range file.Decls {
			if function, isOne := each.(*ast.FuncDecl); isOne {
				known[function.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	for _, language := range []string{"en", "fr"} {
		page, err := os.ReadFile("../../../../cicd/tasks/differences." + language + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(page), "\n") {
			cells := strings.Split(line, "|")
			if len(cells) != 5 {
				continue
			}
			named[language] += cells[3] + "\n"
			for _, name := range strings.Fields(strings.NewReplacer("`", "", ",", "").Replace(cells[3])) {
				_, err := os.Stat("../../../../cicd/solutions/" + name)
				if strings.HasPrefix(cells[3], " `") && !known[name] && err != nil {
					t.Errorf("%s: there is no %s", language, name)
				}
			}
		}
	}
	english, french := strings.Split(named["en"], "\n"), strings.Split(named["fr"], "\n")
	if len(english) < 30 || strings.Join(english[1:], "\n") != strings.Join(french[1:], "\n") {
		t.Errorf("%s\n%s", named["en"], named["fr"])
	}
}
