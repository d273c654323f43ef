package syntax

// Says is what a workflow says of its runs as a whole that act doesn't read.
type Says struct {
	// Group and Cancel are the workflow's own `concurrency`, as written.
	Group, Cancel string
	Jobs          map[string]JobSays
}

// JobSays is the same of one job.
type JobSays struct {
	Group, Cancel, ContinueOnError string
}

// Saying reads a workflow for it; what isn't one says nothing.
func Saying(content []byte) Says {
	root := parse(content)
	said := Says{Jobs: map[string]JobSays{}}
	said.Group, said.Cancel = group(get(root, "concurrency"))
	for _, job := range pairs(get(root, "jobs")) {
		one := JobSays{ContinueOnError: text(get(job[1], "continue-on-error"))}
		one.Group, one.Cancel = group(get(job[1], "concurrency"))
		said.Jobs[job[0].Value] = one
	}
	return said
}

func group(node *yamlNode) (string, string) {
	if pairs(node) == nil {
		return text(node), ""
	}
	return text(get(node, "group")), text(get(node, "cancel-in-progress"))
}
