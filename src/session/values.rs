//! The values behind `${…}`: nonces that follow from the learner, secrets and
//! the run's nonce drawn at random, the addresses of what is open.

use crate::definition::load::LoadedLab;
use crate::definition::model::{Lab, Secret};
use crate::definition::name::LabId;
use crate::plan::GateAccess;
use crate::template::{Scope, UnknownName};
use crate::workspace::record::Local;
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use rand::Rng;
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};

/// Characters of a nonce: 50 bits, enough that no two learners share one.
const NONCE_CHARS: usize = 10;

pub(crate) fn draw_nonce() -> String {
    let mut bytes = [0_u8; 8];
    rand::rng().fill_bytes(&mut bytes);
    base32(&bytes)
}

/// A learner's nonce of a name: the same each time, another for each learner.
pub(crate) fn nonce(secret: &str, learner: &str, lab: &str, name: &str) -> String {
    // A key of any length is fine for HMAC.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    for part in [learner, lab, name] {
        mac.update(part.as_bytes());
        mac.update(&[0]);
    }
    base32(&mac.finalize().into_bytes())
}

fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_ascii_lowercase().chars().take(NONCE_CHARS).collect()
}

pub(crate) fn draw_secrets(lab: &Lab) -> BTreeMap<String, String> {
    lab.secrets.iter().map(|(name, secret)| (name.clone(), draw(secret))).collect()
}

fn draw(secret: &Secret) -> String {
    let mut bytes = vec![0_u8; usize::from(secret.hex).div_ceil(2)];
    rand::rng().fill_bytes(&mut bytes);
    let digits: String = HEXLOWER.encode(&bytes).chars().take(usize::from(secret.hex)).collect();
    format!("{}{digits}", secret.prefix)
}

/// What a machine keeps for a playground, newly drawn.
pub fn draw_local(lab: &Lab) -> Local {
    Local {
        run_nonce: draw_nonce(),
        secrets: draw_secrets(lab),
        gate_password: format!("{}{}", draw_nonce(), draw_nonce()),
    }
}

/// How a gate is entered.
pub(crate) fn gate(password: String) -> GateAccess {
    crate::log::hide([password.as_str()]);
    GateAccess { user: "lab".to_owned(), password }
}

pub(crate) fn scope(
    loaded: &LoadedLab,
    pack_secret: &str,
    learner: &str,
    run_nonce: &str,
    secrets: &BTreeMap<String, String>,
) -> Result<Scope, UnknownName> {
    let lab = &loaded.lab;
    crate::log::hide(secrets.values().map(String::as_str).chain([learner, run_nonce]));
    let mut scope = Scope::default();
    scope.set("run.nonce", run_nonce);
    for (name, value) in secrets {
        scope.set(format!("secret.{name}"), value.as_str());
    }
    for name in nonces(&loaded.source) {
        let value = nonce(pack_secret, learner, lab.id.value.as_str(), &name);
        crate::log::hide([value.as_str()]);
        scope.set(format!("nonce.{name}"), value);
    }
    let opened: Vec<(String, String)> = lab
        .open()
        .map(|(name, service, open)| {
            let host = open.host.as_ref().map_or(Ok(service.to_string()), |host| host.render(&scope))?;
            Ok((format!("open.{name}"), format!("http://{host}:{}", open.port)))
        })
        .collect::<Result<_, UnknownName>>()?;
    for (name, url) in opened {
        scope.set(name, url);
    }
    Ok(scope)
}

/// The nonces that a text names, for one learner.
pub(crate) fn nonces_of(source: &str, lab: &LabId, pack_secret: &str, learner: &str) -> Scope {
    let mut scope = Scope::default();
    for name in nonces(source) {
        scope.set(format!("nonce.{name}"), nonce(pack_secret, learner, lab.as_str(), &name));
    }
    scope
}

/// The names of nonces that a text uses.
fn nonces(source: &str) -> BTreeSet<String> {
    source
        .split("${")
        .skip(1)
        .filter_map(|rest| rest.split_once('}')?.0.trim().strip_prefix("nonce."))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_follows_from_the_learner_and_only_from_them() {
        let mine = nonce("key", "me", "lab", "bucket");
        assert_eq!(mine, nonce("key", "me", "lab", "bucket"));
        assert_eq!(mine.len(), NONCE_CHARS);
        assert!(mine.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
        for other in [
            nonce("key", "you", "lab", "bucket"),
            nonce("other", "me", "lab", "bucket"),
            nonce("key", "me", "lab", "other"),
            nonce("key", "m", "elab", "bucket"),
        ] {
            assert_ne!(mine, other);
        }
    }

    #[test]
    fn a_secret_has_its_prefix_and_its_digits() {
        let secret = draw(&Secret { hex: 24, prefix: "GK".into() });
        assert_eq!(secret.len(), 26);
        assert!(secret.starts_with("GK"));
        assert_ne!(secret, draw(&Secret { hex: 24, prefix: "GK".into() }));
    }

    #[test]
    fn names_of_nonces_are_found_in_the_source() {
        let found = nonces("a: ${nonce.bucket} b: ${ nonce.db }${nonce.bucket}");
        assert_eq!(found, BTreeSet::from(["bucket".to_owned(), "db".to_owned()]));
    }
}
