//! What a lab may do to this machine beyond what labs do: only with the consent of
//! whoever runs it, for this lab as it is now, asked once.

use super::ask;
use super::context::Context;
use super::show;
use crate::definition::load::LoadedLab;
use crate::definition::model::Want;
use crate::error::Error;
use crate::message::Message;
use crate::session::judge;
use crate::untrusted::{self, Links};
use crate::workspace::atomic;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

/// Characters of a digest that `--allow` needs at least.
const LEAST_DIGEST: usize = 12;
/// Bytes of the file that remembers consents.
const MOST: u64 = 1 << 20;

type Consents = BTreeMap<String, BTreeSet<String>>;

/// Refuses a lab that wants more than labs may, unless that was agreed to.
pub(super) fn required(context: &Context, loaded: &LoadedLab) -> Result<(), Error> {
    let wanted = loaded.lab.wants_beyond();
    if wanted.is_empty() {
        return Ok(());
    }
    let digest = judge::digest(loaded).map_err(|source| Error::io(&loaded.folder, &source))?.whole;
    let bare = digest.trim_start_matches("sha256:");
    let state = &context.surroundings.dirs.state;
    let agreed = read(context).remove(&digest).unwrap_or_default();
    let said: BTreeSet<&str> = context
        .allowed()
        .iter()
        .filter_map(|allow| allow.split_once('@'))
        .filter(|(_, of)| {
            let of = of.trim_start_matches("sha256:");
            of.len() >= LEAST_DIGEST && bare.starts_with(of)
        })
        .flat_map(|(names, _)| names.split(','))
        .collect();
    let open: Vec<_> = wanted.iter().filter(|want| !agreed.contains(&want.name)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let names: BTreeSet<String> = open.iter().map(|want| want.name.clone()).collect();
    if !names.iter().all(|name| said.contains(name.as_str())) {
        let language = context.words.language();
        let mut refusal = Error::usage(message!(
            "consent-needed",
            lab = loaded.lab.id.value.as_str(),
            path = loaded.folder.as_path()
        ));
        refusal.details = open.iter().map(|want| (what(want), want.why.get(language).to_owned())).collect();
        let consents = ask::can_ask() && {
            show::error(context, &refusal, false);
            refusal = Error::usage(message!("consent-refused"));
            ask::yes(context, &message!("consent-ask"))
        };
        if !consents {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let allow = format!("{}@{}", names.join(","), &bare[..LEAST_DIGEST.max(16)]);
            return Err(refusal.hint(message!("hint-consent", allow = allow)));
        }
    }
    let kept = fs::create_dir_all(state).and_then(|()| {
        atomic::alone(state, || {
            let mut all = read(context);
            all.entry(digest).or_default().extend(names);
            atomic::write(&path(context), &serde_json::to_vec(&all)?, 0o600)
        })
    });
    kept.map_err(|source| Error::io(&path(context), &source))
}

/// What is wanted, in words.
pub(super) fn what(want: &Want) -> Message {
    match &want.service {
        Some(service) => message!("consent-capability", name = &want.name, service = service),
        None => message!("consent-network"),
    }
}

fn path(context: &Context) -> PathBuf {
    context.surroundings.dirs.state.join("consents.json")
}

fn read(context: &Context) -> Consents {
    let text = untrusted::read(&path(context), Links::Refused, MOST).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

pub(super) fn notices(
    known: Option<&crate::workspace::index::Known>,
    learner: &str,
    digest: Option<&str>,
) -> Vec<Message> {
    let mut found = Vec::new();
    if known.is_none_or(|known| known.learner != learner) {
        found.push(message!("learner-of-folder", learner = learner));
    }
    let before = known.and_then(|known| known.judge.as_deref());
    if let (Some(before), Some(now)) = (before, digest)
        && before != now
    {
        found.push(message!("judge-changed", before = short(before), now = short(now)));
    }
    found
}

fn short(digest: &str) -> String {
    digest.chars().take("sha256:".len() + LEAST_DIGEST).collect()
}
