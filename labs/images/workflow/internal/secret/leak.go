package secret

import (
	"crypto/sha256"
	"strings"
	"sync"
)

// shortest is the fewest characters of a secret that is looked for: shorter
// ones would be found by chance.
const shortest = 8

// masked is the fewest characters of a line of a secret that is masked.
const masked = 8

// Mask stands in a text for what was taken out.
const Mask = "***"

// Finder looks for secrets in texts and bytes.
type Finder struct {
	traces *traces
	// files are those that were looked through already, by their SHA-256: an
	// artifact's come again on each server.
	files *sync.Map
	// shown masks what GitHub masks in a log, replacer what is known here besides.
	shown, replacer *strings.Replacer
}

// NewFinder looks for these values.
func NewFinder(values Values) Finder {
	finder := Finder{traces: newTraces(values), files: &sync.Map{}}
	var plain, masks []string
	for _, name := range values.names() {
		value := strings.TrimSpace(values.Secrets[name])
		plain = append(plain, value)
		masks = append(masks, shapes(value)...)
		for _, line := range strings.Split(value, "\n") {
			line = strings.TrimSpace(line)
			// The first and the last line of a key say nothing.
			if line != value && len(line) >= masked && !strings.HasPrefix(line, "-----") {
				plain = append(plain, line)
			}
		}
	}
	for _, seed := range values.seeds {
		masks = append(masks, seed)
		masks = append(masks, shapes(seed)...)
	}
	finder.shown = masker(plain)
	finder.replacer = masker(append(plain, masks...))
	return finder
}

func masker(texts []string) *strings.Replacer {
	var pairs []string
	for _, text := range texts {
		pairs = append(pairs, text, Mask)
	}
	return strings.NewReplacer(pairs...)
}

// shapes are the encodings of a value that are masked, those for addresses too.
func shapes(value string) []string {
	found := encodings(value)
	for _, each := range found {
		if other := strings.NewReplacer("+", "-", "/", "_").Replace(each); other != each {
			found = append(found, other)
		}
	}
	return found
}

// Mask takes secrets out of a text, in all their disguises.
func (f Finder) Mask(text string) string {
	return f.replacer.Replace(text)
}

// InLog names the secrets that a log shows: GitHub masks one that is printed as
// it is, and each of its lines.
func (f Finder) InLog(text string) []string {
	return f.traces.in(f.shown.Replace(strings.ReplaceAll(text, "\r", "")))
}

// InFile names the secrets that a file holds, plain or in a disguise.
func (f Finder) InFile(content []byte) []string {
	sum := sha256.Sum256(content)
	if found, known := f.files.Load(sum); known {
		return found.([]string)
	}
	found := f.traces.in(string(content))
	f.files.Store(sum, found)
	return found
}
