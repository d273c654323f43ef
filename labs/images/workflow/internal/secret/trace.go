package secret

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"sort"
	"strings"

	"lab.local/workflow/internal/key"
)

const (
	// window is how many characters in a row of a secret, or of a disguise of it,
	// give it away.
	window = 16
	// deepest is how many disguises, one around the other, are known.
	deepest = 2
)

// traces are all windows of all secrets in all disguises, each with whose it is.
// A text is gone through once, however many there are.
type traces struct {
	windows map[string]string
	// begins tells, by a hash of four characters, where no window begins.
	begins []uint64
	// small are those shorter than a window.
	small map[string]string
}

func newTraces(values Values) *traces {
	found := &traces{windows: map[string]string{}, begins: make([]uint64, 1<<18), small: map[string]string{}}
	// What every key has, and the public half of one, tell of no secret.
	harmless := map[string]bool{}
	for _, value := range append(structure(), values.public...) {
		for _, form := range disguises(value) {
			windows(form, func(piece string) { harmless[piece] = true })
		}
	}
	for _, name := range values.names() {
		for _, form := range disguises(values.Secrets[name]) {
			if len(form) < window {
				if len(form) >= shortest {
					found.small[form] = name
				}
				continue
			}
			windows(form, func(piece string) {
				if harmless[piece] {
					return
				}
				if other, known := found.windows[piece]; known && other != name {
					// Two secrets share it, so it tells of neither.
					harmless[piece] = true
					delete(found.windows, piece)
					return
				}
				found.windows[piece] = name
			})
		}
	}
	for piece := range found.windows {
		at := begin(piece)
		found.begins[at>>6] |= 1 << (at & 63)
	}
	return found
}

func windows(text string, each func(piece string)) {
	for at := 0; at+window <= len(text); at++ {
		each(text[at : at+window])
	}
}

func begin(text string) uint32 {
	word := uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
	return word * 2654435761 >> 8
}

// structure is a private key, of nobody.
func structure() []string {
	pair, err := key.FromSeed(strings.Repeat("0", 64))
	if err != nil {
		return nil
	}
	private, err := pair.Private()
	if err != nil {
		return nil
	}
	return []string{private}
}

var frame = regexp.MustCompile(`-----[A-Z ]+-----`)

// disguises are a secret as texts have it: without white space and a key's frame,
// what its base64 stands for, and both encoded. Windows lie within a line of the
// secret, so how its lines were joined before doesn't matter.
func disguises(value string) []string {
	text := squeeze(frame.ReplaceAllString(value, ""))
	if fields := strings.Fields(value); len(fields) > 1 && strings.HasPrefix(fields[0], "ssh-") {
		text = fields[1]
	}
	forms := []string{text}
	if bytes, err := base64.StdEncoding.DecodeString(text); err == nil && len(bytes) >= 2*window {
		forms = append(forms, string(bytes))
	}
	all := []string{alike(forms[0])}
	all = append(all, forms[1:]...)
	for range deepest {
		var next []string
		for _, form := range forms {
			for _, encoded := range encodings(form) {
				next = append(next, encoded)
				all = append(all, alike(encoded))
			}
		}
		forms = next
	}
	return all
}

var signs = strings.NewReplacer("-", "+", "_", "/")

// alike is a text with the two signs in which the kinds of base64 differ made one.
func alike(text string) string { return signs.Replace(text) }

// in names the secrets that a text shows, plain or in a disguise.
func (t *traces) in(text string) []string {
	names := map[string]bool{}
	squeezed := alike(squeeze(text))
	t.look(text, names)
	t.look(squeezed, names)
	if bare := withoutSigns(squeezed); len(bare) < len(squeezed) {
		t.look(bare, names)
	}
	var found []string
	for name := range names {
		found = append(found, name)
	}
	sort.Strings(found)
	return found
}

func (t *traces) look(text string, names map[string]bool) {
	for small, name := range t.small {
		if strings.Contains(text, small) {
			names[name] = true
		}
	}
	for at := 0; at+window <= len(text); at++ {
		begins := begin(text[at:])
		if t.begins[begins>>6]&(1<<(begins&63)) == 0 {
			continue
		}
		if name, found := t.windows[text[at:at+window]]; found {
			names[name] = true
		}
	}
}

// withoutSigns takes out what stands between the pairs of a dump in hexadecimal.
func withoutSigns(text string) string {
	for _, sign := range []string{`\x`, "0x", ":", ","} {
		if strings.Contains(text, sign) {
			text = strings.ReplaceAll(text, sign, "")
		}
	}
	return text
}

// encodings of a text that a log shows and that GitHub doesn't mask. Base64
// looks different at each of three offsets; what depends on the neighbours is
// cut off at both ends.
func encodings(value string) []string {
	var found []string
	for offset := range 3 {
		padded := append(make([]byte, offset), value...)
		text := base64.RawStdEncoding.EncodeToString(padded)
		start := (offset*8 + 5) / 6
		end := len(padded) * 8 / 6
		if end-start >= shortest {
			found = append(found, text[start:end])
		}
	}
	lower := hex.EncodeToString([]byte(value))
	return append(found, lower, strings.ToUpper(lower), reversed(value))
}

func reversed(text string) string {
	bytes := []byte(text)
	for left, right := 0, len(bytes)-1; left < right; left, right = left+1, right-1 {
		bytes[left], bytes[right] = bytes[right], bytes[left]
	}
	return string(bytes)
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
