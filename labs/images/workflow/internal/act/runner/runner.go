package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime"

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
	// Before and After are called around an action of others, with its inputs.
	Before, After func(job, action string, env map[string]string) error
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
		for _, stage := range plan.Stages {
			var jobs []common.Executor
			for _, run := range stage.Runs {
				jobs = append(jobs, runner.job(run, results))
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

// job runs all legs of a job and settles what they came to together.
func (runner *runnerImpl) job(run *model.Run, results *results) common.Executor {
	return func(ctx context.Context) error {
		job := run.Job()
		matrixes, err := runner.matrixes(ctx, run, results)
		if err != nil {
			rc := runner.newRunContext(ctx, run, nil, results)
			common.Logger(WithJobLogger(ctx, run.JobID, rc.String(), rc.Config, &rc.Masks, nil)).
				WithField("jobResult", "failure").Errorf("the matrix can't be told: %v", err)
			job.Result = "failure"
			return err
		}
		parallel := len(matrixes)
		if job.Strategy != nil && job.Strategy.MaxParallel > 0 {
			parallel = min(parallel, job.Strategy.MaxParallel)
		}
		var legs []common.Executor
		for at, matrix := range matrixes {
			rc := runner.newRunContext(ctx, run, matrix, results)
			rc.index, rc.total = at, len(matrixes)
			rc.JobName = rc.Name
			if len(matrixes) > 1 {
				rc.Name = fmt.Sprintf("%s-%d", rc.Name, at+1)
			}
			legs = append(legs, func(ctx context.Context) error {
				ctx = common.WithJobErrorContainer(WithJobLogger(ctx, rc.Run.JobID, rc.String(), rc.Config, &rc.Masks, matrix))
				executor, err := rc.Executor()
				if err == nil {
					err = executor(ctx)
				}
				if err != nil && rc.outcome == "" {
					common.Logger(ctx).WithField("jobResult", "failure").Errorf("%v", err)
					rc.result("failure")
				}
				return err
			})
		}
		err = common.NewParallelExecutor(max(parallel, 1), legs...)(ctx)
		job.Result = results.together(run.JobID)
		return err
	}
}

func (runner *runnerImpl) matrixes(ctx context.Context, run *model.Run, results *results) ([]map[string]interface{}, error) {
	job := run.Job()
	if job.Strategy != nil {
		rc := runner.newRunContext(ctx, run, nil, results)
		if err := rc.NewExpressionEvaluator(ctx).EvaluateYamlNode(ctx, &job.Strategy.RawMatrix); err != nil {
			return nil, err
		}
	}
	return job.GetMatrixes()
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
