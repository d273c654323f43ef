// Package key makes SSH keys from seeds, so that a lab can draw a secret once
// and each part that needs one half of a key pair makes it by itself.
package key

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"strings"

	"golang.org/x/crypto/ssh"
)

// shortest is how many characters a seed has at least: 128 bits in hex.
const shortest = 32

// checkNumbers is where a private key's file has its two check numbers, which only have to
// be equal. They are drawn anew each time that a key is written, and a text is a trace of
// a key by chance then: here they are 0, and a seed always makes the same file.
const checkNumbers = 98

// Pair of keys.
type Pair struct {
	private ed25519.PrivateKey
}

// FromSeed makes the pair of keys that a seed stands for.
func FromSeed(seed string) (Pair, error) {
	if len(seed) < shortest {
		return Pair{}, errors.New("a seed for a key needs at least 32 characters")
	}
	sum := sha256.Sum256([]byte("lab ssh key\n" + seed))
	return Pair{private: ed25519.NewKeyFromSeed(sum[:])}, nil
}

// Private is the private key as OpenSSH's files have it.
func (p Pair) Private() (string, error) {
	block, err := ssh.MarshalPrivateKey(p.private, "lab")
	if err != nil {
		return "", err
	}
	numbers := block.Bytes[checkNumbers:][:8]
	if !bytes.Equal(numbers[:4], numbers[4:]) {
		return "", errors.New("a private key's check numbers aren't where they were")
	}
	clear(numbers)
	return string(pem.EncodeToMemory(block)), nil
}

// Public is the public key as a line of `authorized_keys`.
func (p Pair) Public() (string, error) {
	public, err := ssh.NewPublicKey(p.private.Public())
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public))), nil
}

// KnownHosts are the lines of `known_hosts` for hosts that all have this key.
func (p Pair) KnownHosts(hosts []string) (string, error) {
	public, err := p.Public()
	if err != nil {
		return "", err
	}
	var lines strings.Builder
	for _, host := range hosts {
		lines.WriteString(host + " " + public + "\n")
	}
	return lines.String(), nil
}
