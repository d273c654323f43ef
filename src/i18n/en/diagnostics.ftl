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
