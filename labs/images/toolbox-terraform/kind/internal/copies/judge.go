// Package copies judges a configuration's own tests. It copies the configuration, makes
// one mistake in each copy, and runs the tests there: tests are worth something when they
// notice.
//
// A copy that the tests don't notice counts only when the probe, which is a `tofu test`
// file of the lab, shows that it behaves otherwise than the original. One more copy is
// written differently and behaves the same: tests that fail there look at the text.
package copies

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"sync"
)

// Report is all that was found.
type Report struct {
	// Original is how the tests end on the work as it is.
	Original result `json:"original"`
	// Equal are copies that behave the same.
	Equal []trial `json:"equal"`
	// Wrong are copies that behave otherwise.
	Wrong []trial `json:"wrong"`
	// Counted and Caught sum up Wrong.
	Counted int `json:"counted"`
	Caught  int `json:"caught"`
	// Survivors are the mistakes that no test noticed, and False the equal
	// copies that a test took for wrong.
	Survivors []string `json:"survivors"`
	False     []string `json:"false"`
}

// trial is one copy and what the tests made of it.
type trial struct {
	What   string `json:"what"`
	Diff   string `json:"diff,omitempty"`
	Passes bool   `json:"passes"`
}

// Judge the tests of the configuration in the folder `from` on so many wrong copies; the
// folder `probe` has the lab's own test file.
func Judge(ctx context.Context, from, probe string, most int) (*Report, error) {
	original, remove, err := place()
	if err != nil {
		return nil, err
	}
	defer remove()
	if err := copyConfiguration(from, original); err != nil {
		return nil, err
	}
	if err := copyProbe(probe, original); err != nil {
		return nil, err
	}
	if output, err := initialise(original); err != nil {
		// The tests can't run at all: that is told as their result.
		return &Report{Original: result{Status: "error", Output: output}, Equal: []trial{}, Wrong: []trial{}, Survivors: []string{}, False: []string{}}, nil
	}
	found := &Report{Equal: []trial{}, Wrong: []trial{}, Survivors: []string{}, False: []string{}}
	found.Original = ownTests(original)
	if !found.Original.passes() {
		return found, nil
	}
	behaviour, err := behaviourOf(original)
	if err != nil {
		return nil, fmt.Errorf("the probe doesn't run on the original: %w", err)
	}
	files, err := read(original)
	if err != nil {
		return nil, err
	}
	equal := []change{equalCopy(files), commentedCopy(files)}
	copies := append(equal, wrongCopies(files, most)...)
	trials := make([]*trial, len(copies))
	failures := make([]error, len(trials))
	var waiting sync.WaitGroup
	// Two at a time: the plan of a room is two cores.
	slots := make(chan struct{}, 2)
	// In no order, each in a place that says nothing of it: a test can't tell from
	// where it is, or from what was before, whether it should fail.
	for _, index := range rand.Perm(len(copies)) {
		if ctx.Err() != nil {
			break
		}
		copy := copies[index]
		waiting.Add(1)
		slots <- struct{}{}
		go func() {
			defer waiting.Done()
			defer func() { <-slots }()
			folder, remove, err := place()
			if err != nil {
				failures[index] = err
				return
			}
			defer remove()
			trials[index], failures[index] = try(original, folder, copy, behaviour, index < len(equal))
		}()
	}
	waiting.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for index, trial := range trials {
		switch {
		case failures[index] != nil:
			return nil, failures[index]
		case trial == nil:
		case index < len(equal):
			found.Equal = append(found.Equal, *trial)
			if !trial.Passes {
				found.False = append(found.False, trial.What)
			}
		default:
			found.Wrong = append(found.Wrong, *trial)
			found.Counted++
			if trial.Passes {
				found.Survivors = append(found.Survivors, trial.What+"\n"+trial.Diff)
			} else {
				found.Caught++
			}
		}
	}
	return found, nil
}

// place is an empty folder in one of its own, whose name says nothing.
func place() (string, func(), error) {
	parent, err := os.MkdirTemp("", "")
	return filepath.Join(parent, "work"), func() { _ = os.RemoveAll(parent) }, err
}

// try runs the tests on one copy; nil when the copy doesn't count.
func try(original, folder string, change change, behaviour string, same bool) (*trial, error) {
	if err := copyTree(original, folder); err != nil {
		return nil, err
	}
	if err := change.write(folder); err != nil {
		return nil, err
	}
	trial := &trial{What: change.what, Diff: change.diff, Passes: ownTests(folder).passes()}
	// An equal copy is one by how it is made, and tests that failed there would be
	// told of: those that fail on a wrong one saw something. Only where they saw
	// nothing has the copy to show that there was something to see.
	if !same && trial.Passes {
		now, err := behaviourOf(folder)
		if err != nil || now == behaviour {
			// One that can't be planned says nothing about the tests either.
			return nil, nil
		}
	}
	return trial, nil
}
