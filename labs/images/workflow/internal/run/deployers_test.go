package run

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"lab.local/workflow/internal/ask"
	"lab.local/workflow/internal/watch"
)

// production is a witness that sees a change for each line of a file.
func production(t *testing.T) (string, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "deployed")
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		if request.URL.Path != "/since" {
			http.NotFound(writer, request)
			return
		}
		content, _ := os.ReadFile(file)
		host := watch.Host{Changes: make([]watch.Change, bytes.Count(content, []byte("\n")))}
		_ = json.NewEncoder(writer).Encode(watch.Report{Hosts: map[string]watch.Host{"production": host, "staging": {}}})
	}))
	t.Cleanup(server.Close)
	return server.URL, file
}

func TestWhoDeploysAndWhatKeepsTwoApart(t *testing.T) {
	deploy := ubuntu + "    env: {KEY: '${{ secrets.DEPLOY_KEY }}'}\n    steps: [{run: 'echo x >> ${{ vars.FILE }}'}]\n"
	beside := step("beside", "sleep 0.2")
	for concurrency, want := range map[string]string{
		"":                          ask.NoGroup,
		"concurrency: production\n": "",
		"concurrency: {group: 'd-${{ github.sha }}'}\n":                                                                       ask.OwnGroup,
		"concurrency: 'd-${{ github.run_id }}'\n":                                                                             ask.OwnGroup,
		"concurrency: 'd-${{ github.event.after }}'\n":                                                                        ask.OwnGroup,
		"concurrency: '${{ github.workflow }}-${{ github.ref }}'\n":                                                           "",
		"concurrency: {group: d, cancel-in-progress: true}\n":                                                                 ask.Cancels,
		"concurrency: {group: d, cancel-in-progress: \"${{ github.event_name == 'pull_request' }}\"}\n":                       "",
		"concurrency: {group: d, cancel-in-progress: \"${{ github.event_name != 'push' }}\"}\n":                               "",
		"concurrency: {group: d, cancel-in-progress: \"${{ startsWith(github.ref, 'refs/pull/') }}\"}\n":                      "",
		"concurrency: {group: d, cancel-in-progress: \"${{ github.event_name != 'pull_request' }}\"}\n":                       ask.Cancels,
		"concurrency: {group: d, cancel-in-progress: \"${{ contains(github.ref, 'pull_request') || github.ref != 'x' }}\"}\n": ask.Cancels,
	} {
		for _, level := range []string{"workflow", "job", "caller", "called"} {
			files := map[string]string{".github/workflows/ci.yml": "on: push\njobs:\n" + beside}
			at := func(wanted, indent string) string {
				if concurrency == "" || wanted != level {
					return ""
				}
				return indent + concurrency
			}
			called := level == "caller" || level == "called"
			main := "on: push\n" + at("workflow", "") + "jobs:\n" + beside + "  deploy:\n"
			if called {
				main += at("caller", "    ") + "    uses: ./.github/workflows/to.yml\n    secrets: inherit\n"
				files[".github/workflows/to.yml"] = "on: workflow_call\n" + at("called", "") + "jobs:\n  to:\n" + deploy
			} else {
				main += at("job", "    ") + deploy
			}
			files[".github/workflows/ci.yml"] = main
			ground := folder(t, files)
			witness, file := production(t)
			ground.witness = witness
			ground.values.Secrets = map[string]string{productionKey: "a key that nobody guesses"}
			ground.values.Vars = map[string]string{"FILE": file}
			answer := ground.push()
			if len(answer.Deployers) != 1 || answer.Deployers[0].Problem != want {
				t.Errorf("%s, %s: %+v, not %q\n%s", level, concurrency, answer.Deployers, want, answer.Log)
			}
		}
	}
}
