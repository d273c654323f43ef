// What GitHub's own parser says of workflows: a JSON list of texts on standard input, a list
// of {lines, told} on standard output, empty for what it takes. Its folder is the argument.
import { register } from "node:module";
import { pathToFileURL } from "node:url";

// It imports its schema in a way that Node doesn't take without this.
const hook = `export async function resolve(name, context, next) {
  const found = await next(name, context);
  return name.endsWith(".json") ? { ...found, importAttributes: { type: "json" } } : found;
}`;
register("data:text/javascript," + encodeURIComponent(hook));

const folder = pathToFileURL(`${process.argv[2]}/node_modules/@actions/workflow-parser/dist/index.js`);
const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await import(folder.href);

let input = "";
for await (const chunk of process.stdin) input += chunk;
const verdicts = [];
for (const content of JSON.parse(input)) {
  const { context, value } = parseWorkflow({ name: "w.yml", content }, new NoOperationTraceWriter());
  if (value) await convertWorkflowTemplate(context, value);
  const errors = context.errors.getErrors();
  verdicts.push({ lines: errors.map((error) => error.range?.start.line ?? 0), told: errors.map((error) => error.message) });
}
process.stdout.write(JSON.stringify(verdicts));
