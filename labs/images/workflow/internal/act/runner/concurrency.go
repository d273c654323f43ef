package runner

import (
	"context"
	"maps"

	"lab.local/workflow/internal/act/exprparser"
)

// Ended is a job that ran.
type Ended struct {
	// File and Job are where it is written.
	File, Job, Name string
	// Secrets are the values of those that it read, Holds the groups that it was in.
	Secrets []string
	Holds   []Hold
}

// Hold is a `concurrency` that applied to a job: its own, its workflow's or those
// of whoever called this.
type Hold struct {
	// Group is what it was in this run, Next what it would be in the next one.
	Group, Next string
	// Cancels tells whether a run that goes on is ended by the next.
	Cancels bool
}

func (rc *RunContext) used(value string) { rc.secrets.Store(value, true) }

// ended describes a job after its run.
func (rc *RunContext) ended(ctx context.Context) Ended {
	ended := Ended{File: rc.Run.Workflow.File, Job: rc.Run.JobID, Name: rc.String()}
	rc.secrets.Range(func(value, _ any) bool {
		ended.Secrets = append(ended.Secrets, value.(string))
		return true
	})
	if rc.Config.Concurrency == nil {
		return ended
	}
	next := rc.next(ctx)
	for now := rc; now != nil; {
		for _, job := range []string{"", now.Run.JobID} {
			group, cancel := now.Config.Concurrency(now.Run.Workflow.File, job)
			if group == "" {
				continue
			}
			hold := Hold{Group: now.ExprEval.Interpolate(ctx, group), Next: next.ExprEval.Interpolate(ctx, group)}
			if cancel != "" {
				// What the next run says decides, for it is the one that cancels.
				hold.Cancels, _ = EvalBool(ctx, next.ExprEval, cancel, exprparser.DefaultStatusCheckNone)
			}
			ended.Holds = append(ended.Holds, hold)
		}
		if now.caller == nil {
			break
		}
		now, next = now.caller.runContext, next.caller.runContext
	}
	return ended
}

// next is the context of the same job in a run after this one.
func (rc *RunContext) next(ctx context.Context) *RunContext {
	config := *rc.Config
	config.Env = mergeMaps(rc.Config.Env, rc.Config.NextEnv)
	config.Github = maps.Clone(rc.Config.Github)
	if config.Github != nil {
		config.Github["workflow_sha"] = rc.Config.NextEnv["SHA_REF"]
	}
	next := &RunContext{
		Name: rc.Name, Config: &config, Matrix: rc.Matrix, Run: rc.Run, EventJSON: rc.Config.Next, StepResults: rc.StepResults,
		JobName: rc.JobName, index: rc.index, total: rc.total, results: rc.results,
	}
	if rc.caller != nil {
		next.caller = &caller{runContext: rc.caller.runContext.next(ctx)}
	}
	next.ExprEval = next.NewExpressionEvaluator(ctx)
	return next
}
