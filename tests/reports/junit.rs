//! `JUnit` against the schema that Jenkins has for it.

use super::{tool, with_run};
use std::path::Path;
use std::process::Command;

/// What the validator says of a file; nothing where it is valid.
fn complaints(xmllint: &Path, schema: &Path, file: &Path) -> Option<String> {
    let output = Command::new(xmllint).args(["--noout", "--nonet", "--schema"]).args([schema, file]).output().unwrap();
    (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn junit_is_valid_by_jenkins_schema() {
    let xmllint = tool("/usr/bin/xmllint");
    let schema = tool(Path::new(env!("CARGO_TARGET_TMPDIR")).join("../tools/junit-10.xsd"));
    for run in ["red", "faults", "texts", "markup"] {
        let machine = with_run(run);
        let done = machine.lab(&["report", "--report", "junit=out.xml"]).within("demo").done();
        assert_eq!(done.code, Some(0), "{done:?}");
        let file = machine.path("demo/out.xml");
        assert_eq!(complaints(&xmllint, &schema, &file), None, "{}", machine.read("demo/out.xml"));
        // And the validator would have said so.
        for (right, wrong) in
            [("<testcase name=", "<testcase nam="), ("time=\"4", "time=\"x"), ("<property ", "<properti ")]
        {
            let text = machine.read("demo/out.xml").replacen(right, wrong, 1);
            machine.write("demo/wrong.xml", &text);
            assert!(complaints(&xmllint, &schema, &machine.path("demo/wrong.xml")).is_some(), "{wrong}");
        }
    }
}
