package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

const token = "tok-4e9a1b7c33"

func finder(t *testing.T) (Finder, Values) {
	t.Helper()
	seed := strings.Repeat("ab", 32)
	values, err := FromEnvironment([]string{"SECRET_TOKEN=" + token, "SECRET_KEY=ssh-key:" + seed, "VAR_HOSTS=known-hosts:a,b:" + seed, "OTHER=x"})
	if err != nil {
		t.Fatal(err)
	}
	return NewFinder(values), values
}

func TestKeysAreMadeOfSeeds(t *testing.T) {
	_, values := finder(t)
	if !strings.HasPrefix(values.Secrets["KEY"], "-----BEGIN OPENSSH PRIVATE KEY-----\n") {
		t.Error(values.Secrets["KEY"])
	}
	if hosts := values.Vars["HOSTS"]; !strings.HasPrefix(hosts, "a ssh-ed25519 ") || !strings.Contains(hosts, "\nb ssh-ed25519 ") {
		t.Error(hosts)
	}
	if len(values.Vars) != 1 || len(values.Secrets) != 2 {
		t.Error(values)
	}
	// The same seed is the same file, so that what is a trace of it is one each time.
	if _, again := finder(t); again.Secrets["KEY"] != values.Secrets["KEY"] {
		t.Error("a seed makes two different files")
	}
	if _, err := ssh.ParseRawPrivateKey([]byte(values.Secrets["KEY"])); err != nil {
		t.Error(err)
	}
	if _, err := FromEnvironment([]string{"SECRET_KEY=ssh-key:short"}); err == nil {
		t.Error("a short seed is taken")
	}
}

func TestPlacesThatOverlapAreCoveredTogether(t *testing.T) {
	for _, values := range [][]string{{"abc", "bcde", "abcdef", ""}, {"", "abcdef", "abc", "bcde"}} {
		for text, want := range map[string]string{
			"xabcdefx": "x***x", "abcde": "***", "abcabc abc": "*** ***", "bcd": "bcd", "": "", "bcdebcde-": "***-",
		} {
			if got := Cover(text, values); got != want {
				t.Errorf("%v: %s: %s", values, text, got)
			}
		}
	}
}

func TestDisguisesAreFoundInLogs(t *testing.T) {
	finder, values := finder(t)
	for _, text := range []string{
		base64.StdEncoding.EncodeToString([]byte(token)),
		base64.StdEncoding.EncodeToString([]byte("x" + token + "\n")),
		base64.StdEncoding.EncodeToString([]byte("xy" + token)),
		hex.EncodeToString([]byte(token)),
		reversed(token),
	} {
		if found := finder.InLog("before " + text + " after"); len(found) != 1 || found[0] != "TOKEN" {
			t.Errorf("%s: %v", text, found)
		}
		if strings.Contains(finder.Mask(text), text[4:len(text)-4]) {
			t.Errorf("%s isn't masked", text)
		}
	}
	// As `base64` writes a key, in lines of 76.
	var wrapped strings.Builder
	for i, c := range base64.StdEncoding.EncodeToString([]byte(values.Secrets["KEY"])) {
		if i > 0 && i%76 == 0 {
			wrapped.WriteString("\r\n")
		}
		wrapped.WriteRune(c)
	}
	if found := finder.InLog(wrapped.String()); len(found) != 1 || found[0] != "KEY" {
		t.Error(found)
	}
	// GitHub masks what is printed as it is, so that is no leak of a log's.
	for _, text := range []string{token, "nothing at all", values.Secrets["KEY"]} {
		if found := finder.InLog(text); len(found) != 0 {
			t.Errorf("%s: %v", text, found)
		}
		if found := finder.InFile([]byte(text)); (len(found) == 1) != (text != "nothing at all") {
			t.Errorf("file %s: %v", text, found)
		}
	}
	if masked := finder.Mask("a " + strings.Split(values.Secrets["KEY"], "\n")[1]); masked != "a "+Mask {
		t.Error(masked)
	}
}

// keys are two servers', so that what both have in common tells of neither.
func keys(t *testing.T) (Finder, string, string) {
	t.Helper()
	values, err := FromEnvironment([]string{
		"SECRET_ONE=ssh-key:" + strings.Repeat("ab", 32), "SECRET_TWO=ssh-key:" + strings.Repeat("cd", 32),
	})
	if err != nil {
		t.Fatal(err)
	}
	return NewFinder(values), values.Secrets["ONE"], values.public[0]
}

func fold(text string, width int) string {
	var made strings.Builder
	for at := 0; at < len(text); at += width {
		made.WriteString(text[at:min(len(text), at+width)] + "\n")
	}
	return made.String()
}

func TestAKeyIsFoundThroughEachDisguise(t *testing.T) {
	finder, one, public := keys(t)
	std := base64.StdEncoding.EncodeToString
	disguises := map[string]string{
		"base64":                std([]byte(one)),
		"base64 without end":    std([]byte(strings.TrimSpace(one))),
		"base64 after a word":   "key: " + std([]byte(one)),
		"base64 after letters":  "key" + std([]byte(one)) + "end",
		"base64 of key=":        std([]byte("key=" + one)),
		"base64 of a=":          std([]byte("a=" + one)),
		"base64, the last half": std([]byte(one[len(one)/2:])),
		"base64 in lines":       fold(std([]byte(one)), 76),
		"base64 in short lines": fold(std([]byte(one)), 20),
		"twice base64":          std([]byte(std([]byte(one)))),
		"base64 for addresses":  base64.URLEncoding.EncodeToString([]byte(one)),
		"hex":                   hex.EncodeToString([]byte(one)),
		"hex in capitals":       strings.ToUpper(hex.EncodeToString([]byte(one))),
		"hex in lines":          fold(hex.EncodeToString([]byte(one)), 60),
		"hex in pairs":          fold(hex.EncodeToString([]byte(one)), 2),
		"reversed":              reversed(one),
		"in pieces":             fold(strings.ReplaceAll(one, "\n", ""), 20),
	}
	for name, text := range disguises {
		if found := finder.InLog("a line\n" + text + "\nanother"); strings.Join(found, " ") != "ONE" {
			t.Errorf("%s: %v", name, found)
		}
		if found := finder.InFile([]byte(text)); strings.Join(found, " ") != "ONE" {
			t.Errorf("%s, in a file: %v", name, found)
		}
	}
	for _, text := range []string{public, std([]byte(public)), one, "SHA256:" + std([]byte(public))[:43]} {
		if found := finder.InLog(text); len(found) != 0 {
			t.Errorf("%.40s: %v", text, found)
		}
	}
	if found := finder.InFile([]byte(one)); strings.Join(found, " ") != "ONE" {
		t.Error(found)
	}
}

// A server's public key tells of no secret, whatever the seeds are.
func TestAServersPublicKeyIsNoLeak(t *testing.T) {
	for _, digit := range strings.Split("0123456789abcdef", "") {
		values, err := FromEnvironment([]string{
			"SECRET_ONE=ssh-key:" + strings.Repeat("a"+digit, 32), "SECRET_TWO=ssh-key:" + strings.Repeat(digit+"c", 32),
			"VAR_HOSTS=known-hosts:staging,production:" + strings.Repeat(digit+"5", 32),
		})
		if err != nil {
			t.Fatal(err)
		}
		hosts := values.Vars["HOSTS"]
		if found := NewFinder(values).InFile([]byte(hosts)); len(found) != 0 {
			t.Errorf("%s: %v", hosts, found)
		}
	}
}

// A folder of 64 MiB is looked through as a whole, so looking has to be quick.
func BenchmarkLookingThroughAFile(b *testing.B) {
	values, err := FromEnvironment([]string{"SECRET_ONE=ssh-key:" + strings.Repeat("ab", 32)})
	if err != nil {
		b.Fatal(err)
	}
	finder := NewFinder(values)
	line := []byte("the quick brown fox jumps over 1234567890 lazy dogs, and aGVsbG8gd29ybGQgYWdhaW4gYW5kIGFnYWlu\n")
	content := bytes.Repeat(line, (4<<20)/len(line))
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		finder.InFile(content)
	}
}
