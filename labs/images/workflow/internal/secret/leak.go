package secret

import (
	"cmp"
	"crypto/sha256"
	"slices"
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
	// shown is what GitHub masks in a log, masked that and what is known here besides.
	shown, masked []string
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
	finder.shown = plain
	finder.masked = slices.Concat(plain, masks)
	return finder
}

// Cover masks each place of a text where one of the values stands, in whatever order they
// are given: as in GitHub's runner, places that overlap or touch become one.
func Cover(text string, values []string) string {
	var places [][2]int
	for _, value := range values {
		if value == "" {
			continue
		}
		for at := 0; ; at++ {
			found := strings.Index(text[at:], value)
			if found < 0 {
				break
			}
			at += found
			places = append(places, [2]int{at, at + len(value)})
		}
	}
	if places == nil {
		return text
	}
	slices.SortFunc(places, func(a, b [2]int) int { return cmp.Or(a[0]-b[0], a[1]-b[1]) })
	var made strings.Builder
	end := 0
	for at, place := range places {
		if at == 0 || place[0] > end {
			made.WriteString(text[end:place[0]] + Mask)
		}
		end = max(end, place[1])
	}
	return made.String() + text[end:]
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
	return Cover(text, f.masked)
}

// InLog names the secrets that a log shows: GitHub masks one that is printed as
// it is, and each of its lines.
func (f Finder) InLog(text string) []string {
	return f.traces.in(Cover(strings.ReplaceAll(text, "\r", ""), f.shown))
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
