package secret

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
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
	secrets  []traces
	replacer *strings.Replacer
}

// traces of one secret.
type traces struct {
	name string
	// plain are the secret itself and, when it has several lines, its lines.
	plain []string
	// encoded are its usual disguises, without white space.
	encoded []string
}

// NewFinder looks for these values.
func NewFinder(values Values) Finder {
	var finder Finder
	var masks []string
	for _, name := range values.names() {
		value := strings.TrimSpace(values.Secrets[name])
		found := traces{name: name, plain: []string{value}, encoded: encodings(value)}
		lines := strings.Split(value, "\n")
		if len(lines) > 1 {
			for _, line := range lines {
				line = strings.TrimSpace(line)
				// The first and the last line of a key say nothing.
				if len(line) >= 3*masked && !strings.HasPrefix(line, "-----") {
					found.plain = append(found.plain, line)
				}
			}
		}
		finder.secrets = append(finder.secrets, found)
		masks = append(masks, found.plain...)
		masks = append(masks, found.encoded...)
	}
	for _, seed := range values.seeds {
		masks = append(masks, seed)
		masks = append(masks, encodings(seed)...)
	}
	var pairs []string
	for _, mask := range masks {
		pairs = append(pairs, mask, Mask)
	}
	finder.replacer = strings.NewReplacer(pairs...)
	return finder
}

// encodings of a text that a log shows and that GitHub doesn't mask. Base64
// looks different at each of three offsets; what depends on the neighbours is
// cut off at both ends.
func encodings(value string) []string {
	var found []string
	bytes := []byte(value)
	for offset := range 3 {
		padded := append(make([]byte, offset), bytes...)
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := encoding.EncodeToString(padded)
			start := (offset*8 + 5) / 6
			end := len(padded) * 8 / 6
			if end-start >= shortest {
				found = append(found, text[start:end])
			}
		}
	}
	lower := hex.EncodeToString(bytes)
	found = append(found, lower, strings.ToUpper(lower), reversed(value))
	return found
}

func reversed(text string) string {
	runes := []rune(text)
	for left, right := 0, len(runes)-1; left < right; left, right = left+1, right-1 {
		runes[left], runes[right] = runes[right], runes[left]
	}
	return string(runes)
}

// Mask takes secrets out of a text, in all their disguises.
func (f Finder) Mask(text string) string {
	return f.replacer.Replace(text)
}

// InLog names the secrets that a log shows in a disguise: GitHub, as act,
// masks a secret that is printed as it is.
func (f Finder) InLog(text string) []string {
	squeezed := squeeze(text)
	return f.named(func(secret traces) bool { return containsAny(squeezed, secret.encoded) })
}

// InFile names the secrets that a file holds, plain or in a disguise.
func (f Finder) InFile(content []byte) []string {
	text := string(content)
	squeezed := squeeze(text)
	return f.named(func(secret traces) bool {
		return containsAny(text, secret.plain) || containsAny(squeezed, secret.encoded)
	})
}

func (f Finder) named(holds func(traces) bool) []string {
	var names []string
	for _, secret := range f.secrets {
		if holds(secret) {
			names = append(names, secret.name)
		}
	}
	return names
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// squeeze leaves white space out: `base64` breaks its lines.
func squeeze(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for i := range len(text) {
		switch text[i] {
		case ' ', '\t', '\n', '\r', '|':
		default:
			out.WriteByte(text[i])
		}
	}
	return out.String()
}
