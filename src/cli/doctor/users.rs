//! Who has an id on this machine.

use std::fs;
use std::process::{Command, Stdio};

/// Seconds that the look-up may take: a directory that doesn't answer holds it up.
const WITHIN: &str = "5";

#[derive(Debug, Clone, Default)]
pub(crate) struct Users {
    /// Their names and ids.
    pub(crate) found: Vec<(String, u32)>,
    /// Whether only this machine's own list was read.
    pub(crate) own_list_alone: bool,
}

/// Users with one of these ids, by the system's own look-up, which asks a directory such as LDAP
/// too; where it isn't there or gets no answer, those of this machine's own list.
pub(super) fn of(ids: &[u32]) -> Users {
    let mut look_up = Command::new("timeout");
    look_up.args([WITHIN, "getent", "passwd"]).args(ids.iter().map(u32::to_string));
    let asked = look_up.stdin(Stdio::null()).stderr(Stdio::null()).output();
    // 2: some of them aren't anybody's.
    let (table, own_list_alone) = match asked {
        Ok(asked) if matches!(asked.status.code(), Some(0 | 2)) => (asked.stdout, false),
        _ => (fs::read("/etc/passwd").unwrap_or_default(), true),
    };
    Users { found: in_table(&String::from_utf8_lossy(&table), ids), own_list_alone }
}

/// The same of a table (passwd(5)).
fn in_table(table: &str, ids: &[u32]) -> Vec<(String, u32)> {
    let user = |line: &str| {
        let mut fields = line.split(':');
        let name = fields.next()?.to_owned();
        let id = fields.nth(1)?.parse().ok()?;
        ids.contains(&id).then_some((name, id))
    };
    table.lines().filter_map(user).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_of_a_table_are_found_by_their_ids() {
        let table = "root:x:0:0::/:/bin/sh\neve:x:65521:100::/:/bin/sh\nnobody:x:65534:65534::/:\n\n:\nx:y:z:65521\n";
        assert_eq!(in_table(table, &[65_520, 65_521]), [("eve".to_owned(), 65_521)]);
    }
}
