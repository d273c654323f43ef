# What the loader and the linter say about lab files.
template-unclosed = `{ $rest }`: a `{"${"}` needs a name and a closing `{"}"}`; write `$$` before a brace for a literal one
selector-bad-css = `{ $selector }` is no CSS selector: { $reason }
selector-bad-path = `{ $selector }` is no JSONPath: { $reason }
selector-cut-at-hash = `{ $selector }` has nothing to select: a `#` in an unquoted text begins a comment; put quotes round the whole selector
bad-pattern = `{ $pattern }` is no regular expression: { $reason }
http-two-methods = a request has one method, and `{ $key }` is a second one
http-no-method = a request needs a method with its URL, such as `get: "http://…"`
exec-nothing-to-run = `run` is empty: write the program and its arguments
bad-name = `{ $name }` is no name: lower-case letters, digits and single hyphens, a letter first, at most 40; write `{ $suggestion }`
bad-name-no-suggestion = `{ $name }` is no name: lower-case letters, digits and single hyphens, a letter first, at most 40
bad-duration = `{ $text }` is no duration: write a number and its unit, such as `30s`, `5m`, `1h`
bad-size = `{ $text }` is no size: write a number and its unit, such as `64KiB`, `256MiB`, `1GiB`
two-probes = a check has one probe: `{ $first }` is one and `{ $second }` is another
no-probe = a probe is missing: one of { $kinds }
unknown-key = no key `{ $key }` belongs here

# Reading the file.
error-heading = error
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
