// Package runner is act's (github.com/nektos/act v0.2.87, pkg/runner, MIT: see
// ../LICENSE) without its containers, changed where it differs from GitHub: what
// called workflows, matrices and excused jobs come to, jobs after a failed one,
// outputs of skipped jobs, inherited secrets, contexts. Package exprparser beside
// it is act's, too.
package runner
