package runner

import (
	"context"
	"maps"
	"path"
	"slices"

	"github.com/nektos/act/pkg/common"
)

// newLocalReusableWorkflowExecutor runs the workflow that a job calls. What its
// jobs came to is together what the calling job came to.
func newLocalReusableWorkflowExecutor(rc *RunContext) common.Executor {
	return func(ctx context.Context) error {
		plan, err := Plan(path.Join(rc.Config.Workdir, rc.Run.Job().Uses), "workflow_call")
		if err != nil {
			return err
		}
		runner := &runnerImpl{config: rc.Config, eventJSON: rc.EventJSON, caller: &caller{runContext: rc}}
		results := newResults()
		err = runner.plan(plan, results)(ctx)
		var all []string
		outputs := map[string]string{}
		for _, stage := range plan.Stages {
			for _, run := range stage.Runs {
				result := run.Job().Result
				if result == "" {
					result = "cancelled"
				}
				all = append(all, result)
				evaluator := runner.newRunContext(ctx, run, nil, results).NewExpressionEvaluator(ctx)
				said := run.Workflow.WorkflowCallConfig().Outputs
				for _, name := range slices.Sorted(maps.Keys(said)) {
					outputs[name] = evaluator.Interpolate(ctx, said[name].Value)
				}
			}
		}
		rc.results.put(rc.Run.JobID, rc.index, outputs)
		rc.result(together(all))
		return err
	}
}
