package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/nektos/act/pkg/common"
	"github.com/nektos/act/pkg/model"
	log "github.com/sirupsen/logrus"
)

// Runner provides capabilities to run GitHub actions
type Runner interface {
	NewPlanExecutor(plan *model.Plan) common.Executor
}

// Config contains the config for a new runner
type Config struct {
	Actor           string            // the user that triggered the event
	Workdir         string            // path to working directory
	ActionCacheDir  string            // path used for caching action contents
	EventName       string            // name of event to run
	EventPath       string            // path to JSON file to use for event.json in containers
	DefaultBranch   string            // name of the main branch for this repository
	LogOutput       bool              // log the output from docker run
	Env             map[string]string // env for containers
	Inputs          map[string]string // manually passed action inputs
	Secrets         map[string]string // list of secrets
	Vars            map[string]string // list of vars
	Token           string            // GitHub token
	InsecureSecrets bool              // switch hiding output when printing to terminal
	Platforms       map[string]string // list of platforms
	GitHubInstance  string            // GitHub instance to use, default "github.com"
	ActionCache     ActionCache       // Use a custom ActionCache Implementation
	ConcurrentJobs  int               // Number of max concurrent jobs
	// ContinueOnError is what a job's `continue-on-error` says, by the name of
	// the workflow's file and the job.
	ContinueOnError func(file, job string) string
	// Github has what the context of that name holds beside act's own.
	Github map[string]interface{}
	// Node is the program of that name; empty where each job has to look for it.
	Node string
	// Concurrency is what a workflow (without a job) or a job says of it.
	Concurrency func(file, job string) (group, cancel string)
	// Begin is called as a job begins, and what it gives once it has ended.
	Begin func() func(Ended)
	// Next is the event that would come next, and NextEnv its environment.
	Next    string
	NextEnv map[string]string
	// Minute is how long one of a job's `timeout-minutes` is; 0 is the usual.
	Minute time.Duration
	// Before and After are called around an action of others, with its inputs.
	Before, After func(job, action string, env map[string]string) error
}

// after ends a context once so much time is over. On GitHub a job has a machine for itself;
// where others want the processors of this one as well, its time goes by more slowly, as
// all limits of the lab do: five times at the most.
func after(parent context.Context, left time.Duration, why error) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	go func() {
		const tick = 200 * time.Millisecond
		clock := time.NewTicker(tick)
		defer clock.Stop()
		for left > 0 {
			select {
			case <-ctx.Done():
				return
			case <-clock.C:
				load, _ := os.ReadFile("/proc/loadavg")
				left -= time.Duration(share(string(load), runtime.NumCPU()) * float64(tick))
			}
		}
		cancel(why)
	}()
	return ctx, func() { cancel(nil) }
}

// share is how much of a processor each task has that wants one, by what /proc/loadavg says.
func share(load string, processors int) float64 {
	fields := strings.Fields(load)
	if len(fields) < 4 {
		return 1
	}
	running, _, _ := strings.Cut(fields[3], "/")
	number, err := strconv.Atoi(running)
	if err != nil || number <= processors {
		return 1
	}
	return max(float64(processors)/float64(number), 0.2)
}

func (config *Config) minute() time.Duration {
	if config.Minute > 0 {
		return config.Minute
	}
	return time.Minute
}

func (config *Config) GetConcurrentJobs() int {
	if config.ConcurrentJobs >= 1 {
		return config.ConcurrentJobs
	}

	ncpu := runtime.NumCPU()
	log.Debugf("Detected CPUs: %d", ncpu)
	if ncpu > 1 {
		return ncpu
	}
	return 1
}

type caller struct {
	runContext *RunContext
}

type runnerImpl struct {
	config    *Config
	eventJSON string
	caller    *caller // the job calling this runner (caller of a reusable workflow)
}

// New Creates a new Runner
func New(runnerConfig *Config) (Runner, error) {
	runner := &runnerImpl{
		config: runnerConfig,
	}

	return runner.configure()
}

func (runner *runnerImpl) configure() (Runner, error) {
	runner.eventJSON = "{}"
	if runner.config.EventPath != "" {
		log.Debugf("Reading event.json from %s", runner.config.EventPath)
		eventJSONBytes, err := os.ReadFile(runner.config.EventPath)
		if err != nil {
			return nil, err
		}
		runner.eventJSON = string(eventJSONBytes)
	} else if len(runner.config.Inputs) != 0 {
		eventMap := map[string]map[string]string{
			"inputs": runner.config.Inputs,
		}
		eventJSON, err := json.Marshal(eventMap)
		if err != nil {
			return nil, err
		}
		runner.eventJSON = string(eventJSON)
	}
	return runner, nil
}

// NewPlanExecutor runs all stages of a plan, one after the other, whatever the
// jobs before came to: which of them run is for their own conditions to say.
func (runner *runnerImpl) NewPlanExecutor(plan *model.Plan) common.Executor {
	return runner.plan(plan, newResults())
}

func (runner *runnerImpl) plan(plan *model.Plan, results *results) common.Executor {
	return func(ctx context.Context) error {
		for number, stage := range plan.Stages {
			var jobs []common.Executor
			for at, run := range stage.Runs {
				jobs = append(jobs, runner.job(run, results, fmt.Sprintf("%03d.%03d", number, at)))
			}
			// What goes wrong in a job is told by the job and is in its result.
			_ = common.NewParallelExecutor(runner.config.GetConcurrentJobs(), jobs...)(ctx)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	}
}

// job runs all legs of a job and settles what they came to together. Its place is where
// it stands in the plan.
func (runner *runnerImpl) job(run *model.Run, results *results, place string) common.Executor {
	return func(ctx context.Context) error {
		job := run.Job()
		if runner.caller != nil {
			place = runner.caller.runContext.place + " " + place
		}
		legs, err := runner.legs(ctx, run, results)
		if err != nil {
			rc := runner.newRunContext(ctx, run, nil, results)
			rc.place = place
			common.Logger(withJob(ctx, rc)).
				WithField("jobResult", "failure").Errorf("the matrix can't be told: %v", err)
			job.Result = "failure"
			return err
		}
		outer := common.JobCancelContext(ctx)
		if outer == nil {
			outer = ctx
		}
		matrix, cancel := context.WithCancelCause(outer)
		defer cancel(nil)
		var executors []common.Executor
		for at, leg := range legs {
			rc := runner.newRunContext(ctx, run, leg, results)
			rc.index, rc.total, rc.place = at, len(legs), fmt.Sprintf("%s.%03d", place, at)
			rc.JobName = rc.Name
			if len(legs) > 1 {
				rc.Name = fmt.Sprintf("%s-%d", rc.Name, at+1)
			}
			executors = append(executors, func(ctx context.Context) error {
				ctx = common.WithJobErrorContainer(withJob(ctx, rc))
				if matrix.Err() != nil {
					rc.cancel(ctx, context.Cause(matrix))
					return nil
				}
				executor, err := rc.Executor()
				if err == nil {
					err = rc.within(matrix, executor)(ctx)
				}
				if err != nil && rc.outcome == "" {
					common.Logger(ctx).WithField("jobResult", "failure").Errorf("%v", err)
					rc.result("failure")
				}
				if rc.outcome == "failure" && job.Strategy != nil && job.Strategy.FailFast {
					cancel(fmt.Errorf("%s failed, and `fail-fast` ends the other jobs of its matrix", rc.Name))
				}
				return err
			})
		}
		parallel := mostBeside
		if job.Strategy != nil {
			parallel = job.Strategy.MaxParallel
		}
		err = common.NewParallelExecutor(parallel, executors...)(ctx)
		job.Result = results.together(run.JobID)
		return err
	}
}

const cancelled = "cancelled"

// cancel notes that a job didn't run to its end, or not at all.
func (rc *RunContext) cancel(ctx context.Context, why error) {
	rc.result(cancelled)
	common.Logger(ctx).WithField("jobResult", cancelled).Errorf("the job was cancelled: %v", why)
}

// within runs a job's executor until it ends, its matrix is cancelled or its
// `timeout-minutes` are over. What the last two mean for a step that runs is its own to say.
func (rc *RunContext) within(matrix context.Context, executor common.Executor) common.Executor {
	return func(ctx context.Context) error {
		most, err := minutes(rc.ExprEval.Interpolate(ctx, rc.Run.Job().TimeoutMinutes))
		if err != nil {
			return err
		}
		job, done := matrix, func() {}
		if most > 0 {
			job, done = after(matrix, time.Duration(most)*rc.Config.minute(), fmt.Errorf("it took longer than its `timeout-minutes`, %d", most))
		}
		defer done()
		return executor(common.WithJobCancelContext(ctx, job))
	}
}

// mostBeside is how many legs of a matrix run side by side where the workflow names no
// number: as many as there are machines, says GitHub, and here there is one for all.
const mostBeside = 4

// legs evaluates a job's strategy and gives the combinations of its matrix.
func (runner *runnerImpl) legs(ctx context.Context, run *model.Run, results *results) ([]leg, error) {
	strategy := run.Job().Strategy
	if strategy == nil {
		return []leg{{}}, nil
	}
	evaluator := runner.newRunContext(ctx, run, nil, results).NewExpressionEvaluator(ctx)
	if err := evaluator.EvaluateYamlNode(ctx, &strategy.RawMatrix); err != nil {
		return nil, err
	}
	var err error
	strategy.FailFast, strategy.MaxParallel = true, mostBeside
	if strategy.FailFastString != "" {
		if strategy.FailFast, err = strconv.ParseBool(evaluator.Interpolate(ctx, strategy.FailFastString)); err != nil {
			return nil, fmt.Errorf("`fail-fast` is neither true nor false")
		}
	}
	if strategy.MaxParallelString != "" {
		if strategy.MaxParallel, err = strconv.Atoi(evaluator.Interpolate(ctx, strategy.MaxParallelString)); err != nil || strategy.MaxParallel < 1 {
			return nil, fmt.Errorf("`max-parallel` is no number of jobs")
		}
	}
	return legs(&strategy.RawMatrix)
}

func (runner *runnerImpl) newRunContext(ctx context.Context, run *model.Run, matrix map[string]interface{}, results *results) *RunContext {
	rc := &RunContext{
		Config:      runner.config,
		Run:         run,
		EventJSON:   runner.eventJSON,
		StepResults: make(map[string]*model.StepResult),
		Matrix:      matrix,
		caller:      runner.caller,
		results:     results,
		total:       1,
	}
	rc.ExprEval = rc.NewExpressionEvaluator(ctx)
	rc.Name = rc.ExprEval.Interpolate(ctx, run.String())

	return rc
}
