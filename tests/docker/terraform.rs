//! The terraform lab's probe against the real `OpenTofu` and the real cloud: what a
//! learner reads of work that can't be applied, and that none of it gets out.

use super::ground::{Ground, check};
use serde_json::Value;
use std::fs;

/// A request to an address that no room can reach, with a time of its own.
const OUT: &str = r#"
resource "terraform_data" "out" {
  provisioner "local-exec" {
    command = "curl --silent --show-error --max-time 5 http://192.0.2.1/ && touch got-out"
  }
}
"#;

/// The flat solution and one more file, in which this stands.
fn with(text: &str) -> Ground {
    let ground = Ground::shipped("terraform", "flat");
    fs::write(ground.folder.join("more.tf"), text).unwrap();
    ground
}

#[track_caller]
fn judged(ground: &Ground, id: &str) -> Value {
    let outcome = ground.run(&["check", id, "--format", "json"]).exits(1).json();
    ground.leaves_nothing();
    check(&outcome, id).clone()
}

fn said(check: &Value, text: &str) {
    assert_eq!(check["status"], "failed", "{check:#}");
    let failure = check["failure"].to_string();
    assert!(failure.contains(text), "`{text}` isn't in {failure}");
}

#[test]
fn what_does_not_parse_is_told_with_the_learners_file_and_line() {
    let check = judged(&with("# A word too many.\nvariable \"a\" {\n  type string\n}\n"), "valid");
    said(&check, "more.tf line 3");
    said(&check, "Invalid block definition");
}

#[test]
fn what_files_say_is_data_and_what_does_not_parse_has_its_line() {
    let ground = Ground::pack_of("terraform");
    let asked = "      - id: said
        must: {en: \"it must be said\", fr: \"cela doit être dit\"}
        terraform: {read: \"site\"}
        expect: {ok: true, '$.config.resource.*.site.global_alias': \"$${var.project}-site\", $.config.locals: {count: 2}}
";
    ground.edit("      - id: locked\n", &format!("{asked}      - id: locked\n"));
    let missing = judged(&ground, "said");
    said(&missing, "site");
    let site = ground.folder.join("site");
    fs::create_dir(&site).unwrap();
    let bucket = "resource \"garage_bucket\" \"site\" {\n  global_alias = \"${var.project}-site\"\n}\n";
    fs::write(site.join("main.tf"), bucket).unwrap();
    fs::write(site.join("locals.tf"), "locals {\n  a = 1\n}\nlocals {}\n").unwrap();
    let ran = ground.run(&["check", "said", "--format", "json"]).exits(0).json();
    assert_eq!(check(&ran, "said")["status"], "passed", "{ran:#}");
    fs::write(site.join("more.tf"), "variable \"a\" {\n  type string\n}\n").unwrap();
    let broken = judged(&ground, "said");
    said(&broken, "on site/more.tf line 2: type string");
    said(&broken, "Invalid block definition");
}

#[test]
fn what_is_said_twice_is_not_told_as_a_module_that_cannot_be_had() {
    let twice = "terraform {\n  required_providers {\n    garage = { source = \"lab.local/lab/garage\" }\n  }\n}\n";
    let check = judged(&with(twice), "valid");
    said(&check, "Duplicate required providers configuration");
    assert!(check["failure"]["why"].is_null(), "{check:#}");
}

#[test]
fn a_provider_that_is_not_there_is_told_with_what_is() {
    let aws = "resource \"aws_s3_bucket\" \"site\" {\n  bucket = \"pli\"\n}\n";
    let check = judged(&with(aws), "valid");
    said(&check, "hashicorp/aws");
    said(&check, "lab.local/lab/garage");
}

#[test]
fn a_module_from_the_network_ends_at_once_with_the_reason() {
    let module = "module \"far\" {\n  source = \"git::https://192.0.2.1/module.git\"\n}\n";
    let check = judged(&with(module), "valid");
    said(&check, "In the clean room there is no network");
    assert!(check["took_ms"].as_u64().unwrap() < 30_000, "{check:#}");
}

#[test]
fn a_provisioner_does_not_get_out_of_the_room() {
    let check = judged(&with(OUT), "applies");
    said(&check, "terraform_data.out");
    said(&check, "curl: (");
}

#[test]
fn changes_are_told_by_address_and_a_plan_that_is_done_is_empty() {
    let ground = Ground::shipped("terraform", "flat");
    let ran = ground.run(&["check", "settled", "production-bucket", "--format", "json"]).exits(0).json();
    for id in ["applies", "settled", "production-bucket"] {
        assert_eq!(check(&ran, id)["status"], "passed", "{ran:#}");
    }
    // A hand that changes something at every apply: the plan is never empty.
    let never = "resource \"terraform_data\" \"stamp\" {\n  input = timestamp()\n}\n";
    let check = judged(&with(never), "settled");
    said(&check, "terraform_data.stamp");
}
