package secret

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
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
	if _, err := FromEnvironment([]string{"SECRET_KEY=ssh-key:short"}); err == nil {
		t.Error("a short seed is taken")
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
