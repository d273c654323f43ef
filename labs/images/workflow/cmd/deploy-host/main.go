// Command deploy-host makes a server's keys out of its seeds and starts sshd,
// as the one user that deploys.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"lab.local/workflow/internal/key"
)

const (
	keys     = "/run/ssh"
	releases = "/srv/app/releases"
	sshd     = "/usr/sbin/sshd"
)

func main() {
	if err := prepare(); err != nil {
		fmt.Fprintln(os.Stderr, "deploy-host:", err)
		os.Exit(1)
	}
	// Nothing of this process's environment reaches those who log in.
	environment := []string{"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin", "LANG=C.UTF-8"}
	err := syscall.Exec(sshd, []string{sshd, "-D", "-e", "-f", "/etc/ssh/deploy.conf"}, environment)
	fmt.Fprintln(os.Stderr, "deploy-host:", err)
	os.Exit(1)
}

func prepare() error {
	host, err := key.FromSeed(os.Getenv("HOST_KEY"))
	if err != nil {
		return fmt.Errorf("HOST_KEY: %w", err)
	}
	deploy, err := key.FromSeed(os.Getenv("DEPLOY_KEY"))
	if err != nil {
		return fmt.Errorf("DEPLOY_KEY: %w", err)
	}
	private, err := host.Private()
	if err != nil {
		return err
	}
	public, err := deploy.Public()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(keys, "host_key"), []byte(private), 0o600); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(keys, "authorized_keys"), []byte("restrict "+public+"\n"), 0o600); err != nil {
		return err
	}
	return os.MkdirAll(releases, 0o755)
}
