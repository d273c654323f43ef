// Command witness watches the servers' releases from outside: it records each
// change of `current`, and tells over HTTP. It runs as a user of its own and
// can only read, so no deployment can touch what it has seen.
package main

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"lab.local/workflow/internal/watch"
)

const (
	// mostChanges is how many changes of a server are kept.
	mostChanges = 2000
	// mostKept is how many bytes of files' names and sums are kept, about: those of
	// older changes are let go, but for what they come to together, their digest.
	mostKept = 12 << 20
	// link is what the release that is served is found by, releases where all are.
	link     = "current"
	releases = "releases"
)

var name = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$`)

func main() {
	folder := "/hosts"
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	witness, err := newWitness(folder)
	if err != nil {
		log.Fatalf("witness: %v", err)
	}
	go witness.listen()
	server := &http.Server{Addr: ":8080", Handler: witness, ReadHeaderTimeout: watch.Patience}
	log.Fatalf("witness: %v", server.ListenAndServe())
}

// witness keeps what it saw.
type witness struct {
	mutex  sync.Mutex
	folder string
	// notify is the kernel's queue of what happened in the servers' folders.
	notify int
	hosts  map[int32]string
	// stocks are the servers' folders of releases, where they have one.
	stocks  map[int32]string
	n       int
	changes map[string][]*watch.Change
	// gone are servers that served nothing since their link, or the release that it leads
	// to, was taken away.
	gone map[string]bool
	// last is what each server's release was when it was read last. One release is
	// kept once, however often it became current.
	last map[string]*watch.Change
	// kept are changes whose files are kept, the oldest first, and size their bytes.
	kept       []*watch.Change
	size, most int
}

// taken are the events of a name that goes: a rename over it is none of them.
const taken = unix.IN_DELETE | unix.IN_MOVED_FROM

func newWitness(folder string) (*witness, error) {
	notify, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		return nil, err
	}
	witness := &witness{
		folder: folder, notify: notify, hosts: map[int32]string{}, stocks: map[int32]string{}, changes: map[string][]*watch.Change{},
		last: map[string]*watch.Change{}, gone: map[string]bool{}, most: mostKept,
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		host := entry.Name()
		descriptor, err := unix.InotifyAddWatch(notify, filepath.Join(folder, host), unix.IN_CREATE|unix.IN_MOVED_TO|taken)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", host, err)
		}
		witness.hosts[int32(descriptor)] = host
		witness.stock(host)
		// What was there before the witness came is no change.
		witness.changes[host] = nil
	}
	if len(witness.hosts) == 0 {
		return nil, fmt.Errorf("no server's folder lies in %s", folder)
	}
	return witness, nil
}

// listen takes in what happens, soon after it did.
func (w *witness) listen() {
	waiting := []unix.PollFd{{Fd: int32(w.notify), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(waiting, -1); err == nil {
			w.mutex.Lock()
			w.drain()
			w.mutex.Unlock()
		}
		time.Sleep(time.Millisecond)
	}
}

// drain takes in all that has happened until now. Of changes that came faster
// than anybody looked it is sure how many they were; each is told as the last.
func (w *witness) drain() {
	buffer := make([]byte, 64<<10)
	read := map[string]*watch.Change{}
	for {
		got, err := unix.Read(w.notify, buffer)
		if err != nil || got <= 0 {
			return
		}
		for at := 0; at+unix.SizeofInotifyEvent <= got; {
			event := parse(buffer[at:])
			at += unix.SizeofInotifyEvent + int(event.length)
			host, stock := w.hosts[event.descriptor], w.stocks[event.descriptor]
			isTaken := event.mask&taken != 0
			switch {
			case stock != "" && isTaken && event.name == w.serves(stock):
				w.gone[stock] = true
			case host == "":
			case event.name == releases && !isTaken:
				w.stock(host)
			case event.name == link && isTaken:
				w.gone[host] = true
			case event.name == link:
				w.record(host, read)
			}
		}
	}
}

// stock begins to watch a server's releases.
func (w *witness) stock(host string) {
	descriptor, err := unix.InotifyAddWatch(w.notify, filepath.Join(w.folder, host, releases), taken|unix.IN_ONLYDIR)
	if err == nil {
		w.stocks[int32(descriptor)] = host
	}
}

// serves is the release to which a server's link was last seen to lead.
func (w *witness) serves(host string) string {
	if changes := w.changes[host]; len(changes) > 0 {
		return changes[len(changes)-1].SHA
	}
	return ""
}

// record notes that a server's link is a new one; read are releases that were
// read for the changes that came together with this one.
func (w *witness) record(host string, read map[string]*watch.Change) {
	w.n++
	if len(w.changes[host]) == mostChanges {
		return
	}
	change := &watch.Change{N: w.n}
	change.Target, change.SHA = w.current(host)
	change.Gap = w.gone[host]
	delete(w.gone, host)
	w.changes[host] = append(w.changes[host], change)
	if !name.MatchString(change.SHA) {
		change.Problem = "current leads to no release"
		return
	}
	same := read[host+"/"+change.SHA]
	if same == nil {
		files, err := watch.Tree(filepath.Join(w.folder, host, releases, change.SHA))
		if err != nil {
			change.Problem = err.Error()
		}
		change.Files, change.Digest = files, watch.Digest(files)
		read[host+"/"+change.SHA] = change
		log.Printf("%s: %s is current, %s", host, change.SHA, change.Digest)
		if same = w.last[host]; same == nil || same.Digest != change.Digest || same.Files == nil {
			w.last[host] = change
			w.keep(change)
			return
		}
	}
	change.Files, change.Digest, change.Problem = same.Files, same.Digest, same.Problem
	w.kept = append(w.kept, change)
}

// keep lets the files of older changes go, as far as these need room.
func (w *witness) keep(change *watch.Change) {
	w.kept = append(w.kept, change)
	for path, sum := range change.Files {
		w.size += len(path) + len(sum) + 64
	}
	for w.size > w.most && len(w.kept) > 1 {
		oldest := w.kept[0]
		w.kept = w.kept[1:]
		if len(w.kept) == 0 || !shared(oldest.Files, w.kept[0].Files) {
			for path, sum := range oldest.Files {
				w.size -= len(path) + len(sum) + 64
			}
		}
		oldest.Files = nil
	}
}

// shared tells whether two changes have the very same files, kept once.
func shared(one, other map[string]string) bool {
	return len(one) == len(other) && reflect.ValueOf(one).Pointer() == reflect.ValueOf(other).Pointer()
}

// current is where a server's link leads, and that path's last part.
func (w *witness) current(host string) (string, string) {
	target, err := os.Readlink(filepath.Join(w.folder, host, link))
	if err != nil {
		return "", ""
	}
	return target, filepath.Base(target)
}

// ServeHTTP tells what was seen.
func (w *witness) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	if request.Method != http.MethodGet {
		http.Error(writer, "the witness only tells", http.StatusMethodNotAllowed)
		return
	}
	switch request.URL.Path {
	case "/healthz":
		fmt.Fprintln(writer, "ok")
	case "/since":
		w.since(writer, request)
	case "/release":
		w.release(writer, request)
	default:
		http.NotFound(writer, request)
	}
}

func (w *witness) since(writer http.ResponseWriter, request *http.Request) {
	since, err := strconv.Atoi(request.URL.Query().Get("n"))
	if err != nil {
		http.Error(writer, "n is the number of the last change that is known", http.StatusBadRequest)
		return
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.drain()
	report := watch.Report{N: w.n, Hosts: map[string]watch.Host{}}
	for host, changes := range w.changes {
		_, current := w.current(host)
		told := watch.Host{Current: current, Changes: []watch.Change{}}
		files := map[string]bool{}
		for _, change := range changes {
			if change.N > since {
				one := *change
				if files[one.Digest] {
					one.Files = nil // Told once.
				} else if one.Files != nil {
					files[one.Digest] = true
				}
				told.Changes = append(told.Changes, one)
			}
		}
		report.Hosts[host] = told
	}
	writer.Header().Set("content-type", "application/json")
	_ = json.NewEncoder(writer).Encode(report)
}

// release hands out the files of a release, as an archive.
func (w *witness) release(writer http.ResponseWriter, request *http.Request) {
	host, sha := request.URL.Query().Get("host"), request.URL.Query().Get("sha")
	if _, known := w.changes[host]; !known || !name.MatchString(sha) {
		http.NotFound(writer, request)
		return
	}
	root, err := os.OpenRoot(filepath.Join(w.folder, host, releases, sha))
	if err != nil {
		http.NotFound(writer, request)
		return
	}
	defer root.Close()
	archive := tar.NewWriter(writer)
	defer archive.Close()
	left, files := int64(watch.MostRelease), watch.MostFiles
	_ = fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return nil
		}
		file, err := root.Open(path)
		if err != nil {
			return nil
		}
		defer file.Close()
		content, err := io.ReadAll(io.LimitReader(file, left+1))
		left -= int64(len(content))
		files--
		if err != nil || left < 0 || files < 0 {
			return fs.SkipAll
		}
		header := &tar.Header{Name: path, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		_, err = archive.Write(content)
		return err
	})
}
