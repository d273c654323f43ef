// Package secret has the values that workflows get, and finds them again where
// they don't belong.
package secret

import (
	"fmt"
	"sort"
	"strings"

	"lab.local/workflow/internal/key"
)

// Values of workflows: secrets and variables by name.
type Values struct {
	Secrets map[string]string
	Vars    map[string]string
	// seeds are texts that secrets were made from, and are as secret.
	seeds []string
	// public are the public halves of secrets and of servers' keys, which are none.
	public []string
}

// FromEnvironment reads `SECRET_NAME` and `VAR_NAME`. Behind `ssh-key:` stands
// the seed of a private key, behind `known-hosts:HOST,HOST:` that of a host's.
func FromEnvironment(environment []string) (Values, error) {
	values := Values{Secrets: map[string]string{}, Vars: map[string]string{}}
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		into := values.Vars
		short, found := strings.CutPrefix(name, "VAR_")
		if !found {
			if short, found = strings.CutPrefix(name, "SECRET_"); !found {
				continue
			}
			into = values.Secrets
		}
		made, seed, err := expand(value)
		if seed != "" && err == nil {
			pair, _ := key.FromSeed(seed)
			public, err := pair.Public()
			if err != nil {
				return Values{}, fmt.Errorf("%s: %w", name, err)
			}
			values.public = append(values.public, public)
		}
		if err != nil {
			return Values{}, fmt.Errorf("%s: %w", name, err)
		}
		if seed != "" {
			values.seeds = append(values.seeds, seed)
		}
		into[short] = made
	}
	return values, nil
}

// expand gives the value that a text stands for, and the seed in it.
func expand(value string) (string, string, error) {
	if seed, found := strings.CutPrefix(value, "ssh-key:"); found {
		pair, err := key.FromSeed(seed)
		if err != nil {
			return "", "", err
		}
		private, err := pair.Private()
		return private, seed, err
	}
	if rest, found := strings.CutPrefix(value, "known-hosts:"); found {
		hosts, seed, found := strings.Cut(rest, ":")
		if !found {
			return "", "", fmt.Errorf("expected known-hosts:HOST,HOST:SEED")
		}
		pair, err := key.FromSeed(seed)
		if err != nil {
			return "", "", err
		}
		lines, err := pair.KnownHosts(strings.Split(hosts, ","))
		return lines, seed, err
	}
	return value, "", nil
}

// names of secrets that can be looked for, sorted.
func (v Values) names() []string {
	var names []string
	for name, value := range v.Secrets {
		if len(strings.TrimSpace(value)) >= shortest {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}
