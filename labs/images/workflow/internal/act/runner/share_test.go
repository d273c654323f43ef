package runner

import "testing"

func TestAJobsTimeGoesByMoreSlowlyOnABusyMachine(t *testing.T) {
	for load, want := range map[string]float64{
		"0.00 0.01 0.05 1/200 4711": 1, "9.1 1.1 1.0 2/200 1": 1, "9.1 1.1 1.0 8/200 1": 0.25, "50 1 1 100/200 1": 0.2, "": 1, "a b c d": 1,
	} {
		if got := share(load, 2); got != want {
			t.Errorf("%q: %v", load, got)
		}
	}
}
