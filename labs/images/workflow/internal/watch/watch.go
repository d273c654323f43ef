// Package watch is what the witness and the runner tell each other: which
// releases became current on which server.
package watch

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	// MostRelease is how many bytes of a release are looked at.
	MostRelease = 64 << 20
	// MostFiles is how many files of a release are looked at.
	MostFiles = 2000
	// MostNames is how many bytes the names of a release's files may have together.
	MostNames = 2 << 20
	// mostAnswer is how many bytes an answer of the witness may have.
	mostAnswer = 32 << 20
	// Patience is how long the witness may take to answer.
	Patience = 10 * time.Second
)

// Report is what the witness saw since a moment.
type Report struct {
	// N counts all changes that it ever saw.
	N     int             `json:"n"`
	Hosts map[string]Host `json:"hosts"`
}

// Host is one server.
type Host struct {
	// Current is the release that is current now: the last part of where the
	// link leads, empty without a link.
	Current string   `json:"current"`
	Changes []Change `json:"changes"`
}

// Change of what is current.
type Change struct {
	// N is the change's number, over all servers.
	N int `json:"n"`
	// Target is where the link leads.
	Target string `json:"target"`
	// SHA is the target's last part.
	SHA string `json:"sha"`
	// Gap tells that the link was gone before, and nothing was served.
	Gap bool `json:"gap"`
	// Digest is of the release's tree, when it became current.
	Digest string `json:"digest"`
	// Files of the release by path, with their SHA-256.
	Files map[string]string `json:"files"`
	// Problem is why the release couldn't be read as a whole.
	Problem string `json:"problem"`
}

// Ask asks the witness for all that came after its N-th change. Without an
// address there is no witness, and nothing is ever seen.
func Ask(ctx context.Context, address string, since int) (Report, error) {
	var report Report
	if address == "" {
		return report, nil
	}
	body, err := get(ctx, strings.TrimRight(address, "/")+"/since?n="+strconv.Itoa(since))
	if err != nil {
		return report, err
	}
	defer body.Close()
	if err := json.NewDecoder(io.LimitReader(body, mostAnswer)).Decode(&report); err != nil {
		return report, fmt.Errorf("the witness's answer can't be read: %w", err)
	}
	for _, host := range report.Hosts {
		files := map[string]map[string]string{}
		for at, change := range host.Changes {
			if change.Files != nil {
				files[change.Digest] = change.Files
			}
			host.Changes[at].Files = files[change.Digest]
		}
	}
	return report, nil
}

// Release reads the files of a release that lies on a server.
func Release(ctx context.Context, address, host, sha string, each func(path string, content []byte)) error {
	query := url.Values{"host": {host}, "sha": {sha}}
	body, err := get(ctx, strings.TrimRight(address, "/")+"/release?"+query.Encode())
	if err != nil {
		return err
	}
	defer body.Close()
	reader := tar.NewReader(io.LimitReader(body, MostRelease+mostAnswer))
	for {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the witness's archive can't be read: %w", err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			return fmt.Errorf("the witness's archive can't be read: %w", err)
		}
		each(header.Name, content)
	}
}

func get(ctx context.Context, address string) (io.ReadCloser, error) {
	client := &http.Client{Timeout: Patience, Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("the witness doesn't answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		response.Body.Close()
		return nil, fmt.Errorf("the witness answers %s", response.Status)
	}
	return response.Body, nil
}
