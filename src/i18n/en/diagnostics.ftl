# What the loader and the linter say about lab files.
template-unclosed = `{ $rest }`: a `{"${"}` needs a name and a closing `{"}"}`; write `$$` before a brace for a literal one
selector-bad-css = `{ $selector }` is no CSS selector: { $reason }
selector-bad-path = `{ $selector }` is no JSONPath: { $reason }
selector-cut-at-hash = `{ $selector }` has nothing to select: a `#` in an unquoted text begins a comment; put quotes round the whole selector
bad-glob = `{ $pattern }` is no pattern for paths: { $reason }
selector-too-long = a selector has at most { $limit } bytes
selector-too-deep = a selector has brackets at most { $limit } deep
bad-pattern = `{ $pattern }` is no regular expression: { $reason }
bad-requirement = `{ $requirement }` is no version requirement: { $reason }; write one such as `>=1.2, <2`
bad-cel = this is no CEL expression: { $reason }
cel-too-long = a CEL expression has at most { $limit } bytes
cel-too-deep = a CEL expression has brackets, signs and conditions at most { $limit } deep
cel-too-many-operators = a CEL expression has at most { $limit } operators and dots
cel-too-nested = a CEL expression has `all`, `exists`, `map` and `filter` at most { $limit } deep
bad-schema = this is no JSON Schema that `lab` uses: { $reason }
http-two-methods = a request has one method, and `{ $key }` is a second one
http-two-bodies = a request has one body, and `{ $key }` is a second one
number-out-of-range = `{ $key }` is { $number }: write a number from 1 to { $most }
http-no-method = a request needs a method with its URL, such as `get: "http://…"`
exec-nothing-to-run = `run` is empty: write the program and its arguments
s3-shape = `s3` asks one thing: `list` (with or without `prefix`), `head` or `get`; and `access-key` and `secret-key` go together
terraform-shape = `terraform` does one thing, to one folder: `validate`, `fmt`, `plan`, `apply`, `destroy`, `output`, `show` or `test`; and `copies` goes with `test`
dashboards-shape = `dashboards` comes from one place: `provisioning` or `grafana`
prometheus-shape = `prometheus` asks one thing: `query` (with or without `over`, and then `step`), `targets`, `rules` or `alerts`
bad-name = `{ $name }` is no name: lower-case letters, digits and single hyphens, a letter first, at most 40; write `{ $suggestion }`
bad-name-no-suggestion = `{ $name }` is no name: lower-case letters, digits and single hyphens, a letter first, at most 40
bad-duration = `{ $text }` is no duration: write a number and its unit, such as `30s`, `5m`, `1h`
bad-size = `{ $text }` is no size: write a number and its unit, such as `64KiB`, `256MiB`, `1GiB`
two-probes = a check has one probe: `{ $first }` is one and `{ $second }` is another
no-probe = a probe is missing: one of { $kinds }
belongs-to-steps = `{ $key }` belongs to the steps of a scenario: write it there
finally-alone = `finally` stands beside a `scenario`: write the probe as its one step
unknown-key = no key `{ $key }` belongs here

# Reading the file.
error-heading = error
and-more = and { $count } more of them
did-you-mean = did you mean `{ $near }`?
lab-unreadable = `{ $path }` can't be read: { $reason }
not-a-lab = `{ $path }` is no lab: it has no `lab.yaml`
lab-too-big = `{ $path }` has { $bytes } bytes, and a lab file may have { $limit }
lab-invalid = { $count ->
    [one] `{ $path }` has one mistake
   *[other] `{ $path }` has { $count } mistakes
}
lab-empty = nothing is written here: a lab begins with `apiVersion: lab/v1`
not-utf8 = this isn't UTF-8: save the file in that encoding

# Its shape.
bad-yaml = this isn't YAML that `lab` reads: { $reason }
wrong-type = { $expected } is expected here, and this is { $found }
missing-key = the key `{ $key }` is missing
missing-key-label = `{ $key }` belongs here too
unknown-matcher = there is no matcher `{ $key }`
unknown-value = there is no value `{ $value }` here
keys-here = the keys here are { $keys }
values-here = the values here are { $values }
wrong-image = an image is `{"{"}pull: "NAME:TAG"{"}"}` or `{"{"}build: FOLDER{"}"}`
second-source = an image has one source: either `pull` or `build`
duplicate-key = the key `{ $key }` stands twice in one map: keep one of them
merge-key = `<<` isn't read: write the keys out, or repeat a whole value by `&name` and `*name`
yaml-tag = a tag (`!…`) isn't read: write the value without it, in quotes if it is a text
second-document = a lab file holds one document: remove what follows `---`
unknown-alias = `*name` repeats what `&name` marked before, and nothing is marked so; put a text that begins with `*` in quotes
too-many-aliases = aliases (`*name`) make this file too large: write fewer of them
too-many-patterns = a lab has at most { $limit } regular expressions
too-deep = this is nested more than { $depth } levels deep
too-much-yaml = this file holds more than a lab may
map-for-text = a colon and a space in an unquoted text make a key of what stands before: put quotes round the whole text
list-of-one = write a list of one as `[{ $text }]`

expected-text = a text
expected-list = a list
expected-map = a map of keys and values
expected-boolean = `true` or `false`
expected-number = a whole number from 0 on
expected-number-up-to = a whole number from 0 to { $most }
expected-other = { $what }
expected-image = `{"{"}pull: "NAME:TAG"{"}"}` or `{"{"}build: FOLDER{"}"}`
expected-expect = a map of selectors and what must hold of each, such as `{"{"}status: 200{"}"}`,
expected-matcher = a value, a list or a map of matchers
expected-value = a value
expected-run = a command, as a list (program and arguments) or as a text for `sh -c`,
expected-http = a request, such as `{"{"}get: "http://…"{"}"}`,
expected-probe = a probe, such as `{"{"}http: {"{"}get: "http://…"{"}"}{"}"}`,
expected-ready = a probe and what must hold, such as `{"{"}http: {"{"}get: "http://…"{"}"}, expect: {"{"}status: 200{"}"}{"}"}`,
expected-canary = a canary, with its `id`, `guards`, a probe and `expect`,
expected-check = a check, with its `id`, `must`, a probe and `expect`,
expected-step = a step, with a probe and `expect`,
expected-texts = a map of languages, such as `{"{"}en: "…", fr: "…"{"}"}`,
found-map = a map
found-list = a list
found-nothing = nothing
found-scalar = `{ $text }`
found-other = something else

# YAML's traps.
trap-hash = `{ $text }` is a comment to YAML, and what you see before it is all there is
trap-hash-help = put quotes round the whole text; a real comment has a space after its `#`
trap-comma = a comma ends an unquoted text in braces: put quotes round `{ $text }`
trap-colon = a colon and a space can't stand in an unquoted text: put quotes round the whole text
trap-colon-in-braces = a comma is missing before this key; or this is a text with a colon, which needs quotes
trap-tab = YAML isn't indented with tabs: use spaces
trap-yes-no = `{ $text }` is a text to some readers and { $truth } to others: write `"{ $text }"` or `{ $truth }`
trap-leading-zero = `{ $text }` is a number to YAML, and its zero is lost: write `"{ $text }"`
trap-trailing-zero = `{ $text }` is a number to YAML, and the same as { $short }: write `"{ $text }"` for a text, `{ $short }` for a number
trap-escape = `{ $text }` means something of its own, or nothing, in double quotes
trap-escape-help = use single quotes, which leave a backslash as it is: 'like this'
trap-first-character = an unquoted text can't begin with `{ $character }`: put quotes round the whole text
text-after-quote = a text goes on after its closing quote: put quotes round all of it; a quote inside double quotes is written `\"`
unclosed-quote = this { $quote } isn't closed on its line
unclosed-bracket = this `{ $open }` has no `{ $close }`
wrong-bracket = `{ $close }` can't close a `{ $open }`: write `{ $needed }`
stray-bracket = nothing is open that this could close: put quotes round the text if it is one
bracket-separator = a comma or a closing bracket is missing before this; a text with commas, colons or brackets needs quotes
bad-indent = this line's indentation fits none above it: keys of one map begin in one column, and what belongs to a key is further right
key-expected = a `key: value` is expected here; put quotes round a text that has a colon or runs over several lines

# A lab's rules.
there-are = known here: { $names }
api-version = this `lab` reads `{ $known }`: write it here
bad-version = `{ $text }` is no version: write `MAJOR.MINOR.PATCH`, such as `1.0.0`
no-time = this leaves no time: write more than zero
zero = this is zero: write at least 1
no-languages = a lab speaks a language: write `[en, fr]` or one of the two
language-twice = `{ $language }` stands here twice
missing-language = `{ $language }` is missing here, and `languages` declares it
undeclared-language = `languages` doesn't declare `{ $language }`: add it there, or remove this
empty-text = this text is empty
lab-without-tasks = a lab has at least one task
task-without-checks = the task `{ $task }` has no check: nothing would tell when it is done
duplicate-task = an earlier task has the id `{ $id }`
duplicate-check = an earlier check or canary has the id `{ $id }`
unknown-check = there is no check `{ $id }`
need-twice = `{ $id }` stands here twice
need-self = a check can't need itself
need-later = `{ $id }` comes later in the file, and a check needs only what comes before it
guards-nothing = a canary guards at least one check, which becomes an error when the canary doesn't hold
hint-too-early = { $before ->
    [one] the hint above unlocks after one failed version, and this one before it: hints stand in the order they unlock
   *[other] the hint above unlocks after { $before } failed versions, and this one before it: hints stand in the order they unlock
}
reserved-name = `lab` itself runs a `{ $name }`: choose another name
alias-is-service = `{ $name }` is a service already
unpinned-image = `{ $image }` may be another image tomorrow: write a tag other than `latest`, or a digest
duplicate-open = another service opens `{ $name }`: `${"{"}open.{ $name }{"}"}` would be either
unknown-capability = Linux has no capability `{ $name }`
capability-without-reason = write why the service needs `{ $name }`
unknown-volume = `environment.volumes` has no `{ $name }`
volume-beyond-memory = volumes count as memory, and with this one they have { $volumes } MiB of the service's { $memory }: make `limits.memory` larger than all of them
container-path = `{ $path }` is no path in a container: it begins with `/`, and goes on without `..`
unknown-service = there is no service `{ $name }`
circular-after = these wait for each other, and none would start: { $services }
replica-name-too-long = a replica would be called `{ $name }`, and a name has at most 40 characters
replica-is-service = a replica would be called `{ $name }`, and that name is taken
start-each-key = `{ $key }` means nothing for a service that only lives as long as a command in it
starts-each = `{ $service }` has `start: each`: it only lives as long as a command in it (`exec` with `in: { $service }`)
workspace-user = a service that may write to the learner's folder runs as the folder's owner: leave `user` out
workspace-path = `{ $path }` lies in the learner's folder, which the service sees at `/work`: choose another place
unknown-host = no service answers to `{ $host }`, and a clean room reaches nothing else
bad-url = `{ $url }` is no URL of a service: write `${"{"}open.NAME{"}"}/…` or `http://SERVICE:PORT/…`
unknown-name = `{ $name }` means nothing here
each-outside = `{ $name }` is the item of a `for-each`, and none here has this name
capture-outside = `{ $name }` is captured by a check, and no check has run yet here
capture-later = `{ $name }` is captured by `{ $check }`, which doesn't come before
capture-not-needed = `{ $name }` is captured by `{ $check }`, which this check doesn't need: write it into `needs`
capture-later-step = `{ $name }` is captured by this step or a later one, and has no value yet
unknown-in-cel = `{ $name }` means nothing in this expression
cel-name-twice = `{ $name }` is both a capture and a field of `{ $probe }`: give the capture another name
empty-expectation = nothing is expected here: say what must hold, such as `{"{"}status: 200{"}"}`
empty-scenario = a scenario has at least one step
empty-matcher = an empty list or map says nothing: write what is expected
list-for-one-value = `{ $field }` is one value, and a list asks that it hold all of these
write-one-of = write `{ $field }: {"{"}one-of: [{ $items }]{"}"}`
unknown-field = `{ $probe }` yields no `{ $field }`
no-step-yields = no step's probe yields `{ $field }`
no-headers = `{ $probe }` yields no headers
no-document = `{ $probe }` yields no document to look into

# Files beside it.
id-is-folder = the id is `{ $id }` and the folder `{ $folder }`: give both one name
missing-starter = the folder `starter` is missing: it is what a learner begins with, even if only a README
no-task-text = `{ $path }` is missing: it tells learners what to do
build-outside = `{ $path }` leads out of the pack, the folder above the lab
no-build-folder = there is no folder `{ $path }` beside this file
no-dockerfile = `{ $path }` has no Dockerfile
file-outside = `{ $path }` leads out of the lab: put the file into `files/`
no-file = there is no file `{ $path }` beside this one
bad-edit = this is no edit: write `file` with `replace` and `with`, or with one of `append`, `write`, `fill`; or `move` and `to`; or `delete`
outside-contract-path = the contract doesn't name `{ $name }`, so a learner can't know it: write it into `contract.files`, or look at what the work does
outside-contract-command = the contract doesn't name `{ $name }`, so a learner can't know it: write it into `contract.commands`
negative-without-twin = this only says what must not be, and nothing at all would pass it
negative-without-twin-help = write into `needs` a check that shows the thing itself at work
text-only = this judges how `{ $path }` is written, not what it does, and refuses right work written otherwise
text-only-help = run it or ask what it serves; `$…` or `css …` read it by its structure where that is the contract
hint-gives-away = the first hint already says what a solution says: `{ $code }`
hint-gives-away-help = say where to look first, and keep this for a later hint
