package run

import (
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// sharedFolders are those that all jobs of a container see. On GitHub each job
// has a machine of its own, so nothing left there may reach a later job.
var sharedFolders = []string{"/tmp", "/dev/shm", "/home/runner"}

// turnstile stands before each job. Jobs that wait for no other run side by
// side; once none runs, what they left is removed before the next begins.
type turnstile struct {
	mutex  sync.Mutex
	active int
	ended  bool
	alone  bool
}

// enter lets a job begin.
func (t *turnstile) enter() {
	t.mutex.Lock()
	if t.ended {
		// The run is over; its last words are being gathered.
		t.mutex.Unlock()
		select {}
	}
	defer t.mutex.Unlock()
	if t.active == 0 && t.alone {
		endAll()
		for _, folder := range sharedFolders {
			empty(folder)
		}
	}
	t.active++
}

func (t *turnstile) leave() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.active--
}

// close ends the run: no job begins any more, and nothing runs.
func (t *turnstile) close() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.ended = true
	if t.alone {
		endAll()
	}
}

// endAll ends every other process of the container, of which this one must be
// the first: that alone isn't meant by a signal to all.
func endAll() {
	if os.Getpid() != 1 {
		return
	}
	for range 3 {
		_ = unix.Kill(-1, unix.SIGKILL)
	}
}

func empty(folder string) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return
	}
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		if os.RemoveAll(path) != nil {
			// A folder without permissions keeps what is in it until it has some.
			_ = filepath.WalkDir(path, func(inside string, entry os.DirEntry, err error) error {
				if entry != nil && entry.IsDir() {
					_ = os.Chmod(inside, 0o700)
				}
				return nil
			})
			_ = os.RemoveAll(path)
		}
	}
}
