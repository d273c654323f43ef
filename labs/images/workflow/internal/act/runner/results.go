package runner

import (
	"maps"
	"slices"
	"sync"
)

// results are what the jobs of one workflow came to.
type results struct {
	mutex sync.Mutex
	legs  map[string][]string
	// outputs are by job and by the number of its leg.
	outputs map[string]map[int]map[string]string
}

func newResults() *results {
	return &results{legs: map[string][]string{}, outputs: map[string]map[int]map[string]string{}}
}

// add notes what one leg of a job came to.
func (r *results) add(job, result string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.legs[job] = append(r.legs[job], result)
}

// together is what all legs of a job came to.
func (r *results) together(job string) string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return together(r.legs[job])
}

// together is the one result of several jobs or legs, as GitHub tells it: a
// failure when any failed, skipped when all were.
func together(all []string) string {
	found := map[string]bool{}
	for _, result := range all {
		found[result] = true
	}
	for _, result := range []string{"failure", "cancelled", "success"} {
		if found[result] {
			return result
		}
	}
	return "skipped"
}

// put keeps a job's outputs. Of a matrix's legs the last that says something counts: the
// last of the matrix, and not the one that happened to end last.
func (r *results) put(job string, leg int, outputs map[string]string) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.outputs[job] == nil {
		r.outputs[job] = map[int]map[string]string{}
	}
	r.outputs[job][leg] = outputs
}

// of are a job's outputs; a job that didn't run has none.
func (r *results) of(job string) map[string]string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	legs := r.outputs[job]
	if legs == nil {
		return nil
	}
	found := map[string]string{}
	for _, leg := range slices.Sorted(maps.Keys(legs)) {
		for name, value := range legs[leg] {
			if value != "" || found[name] == "" {
				found[name] = value
			}
		}
	}
	return found
}
