//! What a Dockerfile builds upon: the images that must be there before.

use parse_dockerfile::{Flag, Instruction, UnescapedString};
use std::collections::{BTreeMap, BTreeSet};

/// An image from outside that a Dockerfile names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base {
    /// The reference, with its arguments filled in.
    pub(crate) reference: String,
    /// The argument that alone makes the reference, so that a stand-in may
    /// take its place: `GARAGE` in `FROM ${GARAGE}`.
    pub(crate) arg: Option<String>,
}

/// The images from outside that a Dockerfile needs, each once, in the order
/// of their first use; or what is wrong, in technical words.
pub(crate) fn bases(text: &str) -> Result<Vec<Base>, String> {
    let dockerfile = parse_dockerfile::parse(text).map_err(|error| error.to_string())?;
    let args: BTreeMap<&str, &str> = dockerfile
        .global_args()
        .flat_map(|arg| arg.arguments.value.split_whitespace())
        .filter_map(|argument| argument.split_once('='))
        .map(|(name, value)| (name, value.trim_matches(['"', '\''])))
        .collect();
    let mut found: Vec<Base> = Vec::new();
    let mut stages = BTreeSet::new();
    for stage in dockerfile.stages() {
        let image = &stage.from.image.value;
        let reference = expand(image, &args)?;
        if reference != "scratch" && !stages.contains(&reference.to_lowercase()) {
            add(&mut found, Base { reference, arg: whole_variable(image).map(str::to_owned) });
        }
        // An image may also be named by what is copied out of it.
        for instruction in stage.instructions {
            if let Instruction::Copy(copy) = instruction
                && let Some(from) = copy.options.iter().find_map(copied_from)
                && from.value.parse::<u32>().is_err()
                && !stages.contains(&from.value.to_lowercase())
            {
                add(&mut found, Base { reference: from.value.clone().into_owned(), arg: None });
            }
        }
        if let Some((_, name)) = &stage.from.as_ {
            stages.insert(name.value.to_lowercase());
        }
    }
    Ok(found)
}

fn add(found: &mut Vec<Base>, base: Base) {
    match found.iter_mut().find(|other| other.reference == base.reference) {
        Some(other) => other.arg = other.arg.take().or(base.arg),
        None => found.push(base),
    }
}

fn copied_from<'a>(flag: &'a Flag<'_>) -> Option<&'a UnescapedString<'a>> {
    flag.value.as_ref().filter(|_| flag.name.value == "from")
}

/// The name, if a text is nothing but `$NAME` or `${NAME}`.
fn whole_variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    (!name.is_empty() && name.chars().all(is_of_name)).then_some(name)
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// Fills in `$NAME`, `${NAME}` and `${NAME:-default}`.
fn expand(text: &str, args: &BTreeMap<&str, &str>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        let (variable, behind) = match after.strip_prefix('{') {
            Some(braced) => braced.split_once('}').ok_or_else(|| format!("`{text}` lacks a `}}`"))?,
            None => after.split_at(after.find(|character| !is_of_name(character)).unwrap_or(after.len())),
        };
        let (name, default) = match variable.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (variable, None),
        };
        let set = args.get(name).copied().filter(|value| !value.is_empty());
        filled.push_str(set.or(default).ok_or_else(|| format!("`FROM {text}`: no ARG before it sets `{name}`"))?);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(reference: &str, arg: Option<&str>) -> Base {
        Base { reference: reference.into(), arg: arg.map(str::to_owned) }
    }

    #[test]
    fn an_argument_before_from_names_the_image() {
        let text = "# a comment\nARG GARAGE=dxflrs/garage:v2.5.0\nFROM ${GARAGE} AS garage\nFROM debian:trixie-slim\n\
                    COPY --from=garage /garage /usr/local/bin/garage\n";
        let expected = [base("dxflrs/garage:v2.5.0", Some("GARAGE")), base("debian:trixie-slim", None)];
        assert_eq!(bases(text).unwrap(), expected);
        assert_eq!(bases("ARG A=\"a:1\"\nfrom $A\n").unwrap(), [base("a:1", Some("A"))]);
    }

    #[test]
    fn a_part_of_a_reference_has_no_stand_in() {
        let text = "ARG VERSION=17 OTHER=x\nFROM postgres:$VERSION-trixie\nFROM a/${NAME:-b}:${VERSION}\n";
        assert_eq!(bases(text).unwrap(), [base("postgres:17-trixie", None), base("a/b:17", None)]);
    }

    #[test]
    fn stages_scratch_and_flags_are_no_images_from_outside() {
        let text = "FROM --platform=linux/amd64 debian:trixie-slim AS Build\nRUN echo \\\n  FROM nothing\n\
                    FROM scratch AS empty\nCOPY --from=0 /a /a\nFROM build\nCOPY --from=BUILD /a /a\n";
        assert_eq!(bases(text).unwrap(), [base("debian:trixie-slim", None)]);
    }

    #[test]
    fn an_image_that_is_only_copied_from_is_needed_too() {
        let text = "FROM scratch\nCOPY --from=nginx:1.27 /etc/nginx /etc/nginx\nCOPY --chown=1:1 a b\n";
        assert_eq!(bases(text).unwrap(), [base("nginx:1.27", None)]);
    }

    #[test]
    fn an_image_that_is_named_twice_is_needed_once() {
        let text = "FROM debian\nFROM debian AS again\nARG A=late\nFROM debian\n";
        assert_eq!(bases(text).unwrap(), [base("debian", None)]);
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(bases("FROM ${NOPE}\n").unwrap_err().contains("`NOPE`"));
        assert!(bases("ARG A\nFROM $A\n").unwrap_err().contains("`A`"));
        assert!(bases("FROM ${A\n").is_err());
        assert!(bases("RUN true\n").is_err());
        assert!(bases("").is_err());
        assert!(bases("FROM a\nNONSENSE b\n").is_err());
    }
}
