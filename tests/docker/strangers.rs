//! What strangers hand in and only an engine sees: a bundle's images, and answers that
//! take more work than they look.

use super::ground::{Ground, check, docker, docker_text};
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

/// An image of one file, which is removed after the test.
struct Tag(String);

impl Drop for Tag {
    fn drop(&mut self) {
        let _ = docker(&["rmi", "--force", &self.0]).output();
    }
}

impl Tag {
    /// Names an image whose only file holds the text; its id.
    fn of(&self, text: &str) -> String {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        archive.append_data(&mut header, "file", text.as_bytes()).unwrap();
        let mut import = docker(&["import", "-", &self.0]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        import.stdin.take().unwrap().write_all(&archive.into_inner().unwrap()).unwrap();
        assert!(import.wait().unwrap().success());
        self.id()
    }

    fn id(&self) -> String {
        docker_text(&["inspect", "--format", "{{.Id}}", &self.0])
    }
}

#[test]
fn a_bundle_replaces_no_image_and_brings_none_that_its_list_lacks() {
    let ground = Ground::tiny(&[]);
    let tag = Tag(format!("{}-stranger:1", super::ground::image()));
    let theirs = tag.of("theirs");
    let dockers = docker(&["save", &tag.0]).output().unwrap().stdout;
    let write = |images: &[&str]| {
        let head = serde_json::json!({"format": 1, "lab": "0.1.0", "labs": ["tiny"], "images": images}).to_string();
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(head.len() as u64);
        archive.append_data(&mut header, "lab-bundle/bundle.json", head.as_bytes()).unwrap();
        for folder in ["tiny", "images"] {
            archive.append_dir_all(format!("lab-bundle/labs/{folder}"), ground.pack().join(folder)).unwrap();
        }
        let ours = archive.into_inner().unwrap();
        fs::write(ground.folder.join("b.tar"), [&ours[..ours.len() - 1024], &dockers].concat()).unwrap();
        ground.run(&["bundle", "load", "b.tar"])
    };

    let mine = tag.of("mine");
    for images in [&[][..], &[tag.0.as_str()]] {
        let ran = write(images).exits(2);
        assert!(ran.stderr.replace("\n  ", " ").contains(&tag.0), "{ran}");
        assert_eq!(tag.id(), mine, "{images:?}");
    }
    docker_text(&["rmi", &tag.0]);
    // What is named and isn't here comes in.
    write(&[&tag.0]).exits(0);
    assert_eq!(tag.id(), theirs);
}

#[test]
fn an_answer_that_takes_more_work_than_it_looks_fails_at_a_bound() {
    let deploy = "exec: {run: [\"./deploy.sh\"]}\n        expect: {exit: 0}";
    let page = "http: {get: \"${open.page}/\"}\n        expect: {status: 200, body: \"hello\"}";
    let usable = "exec: {run: \"echo fine\"}\n        expect: {stdout: \"fine\\n\"}";
    let html = "file: {path: deep.html}\n        expect: {\"css div\": {count: {gte: 1}}}";
    let json = "file: {path: deep.json}\n        expect: {\"$..*..*..*..*..*..*\": {count: 0}}";
    let wide = "file: {path: wide.json}\n        expect: {\"$[0]\": 1}";
    // The secret's prefix has a word that a verdict's own form has too.
    let no_prefix = (", prefix: \"not-for-learners-\"", "");
    let ground = Ground::tiny(&[(deploy, html), (page, json), (usable, wide), no_prefix]);
    fs::write(ground.folder.join("deep.html"), "<div>".repeat(60_000)).unwrap();
    fs::write(ground.folder.join("deep.json"), format!("{{\"n\":{}{}}}", "[".repeat(100), "]".repeat(100))).unwrap();
    fs::write(ground.folder.join("wide.json"), format!("[{}1]", "1,".repeat(200_000))).unwrap();

    let outcome = ground.run(&["check", "--all", "--format", "json"]).exits(1).json();

    for (id, bound) in [("deploy", "512 levels"), ("page", "100 levels"), ("usable", "200000 values")] {
        let check = check(&outcome, id);
        assert_eq!(check["status"], "failed", "{check:#}");
        assert!(check["failure"].to_string().contains(bound), "{bound}: {check:#}");
    }
}

#[test]
fn what_programs_of_this_machine_obey_is_not_exported_to_it() {
    let env = "toolbox:\n    env: {PROMPT_COMMAND: \"touch ran\", PS1: \"$(touch ran)\", SHOP_URL: \"http://web\"}\n";
    let ground = Ground::tiny(&[("toolbox:\n", env)]);
    ground.run(&["start"]).exits(0);
    let said = ground.run(&["env"]).exits(0).stdout;
    let set: Vec<&str> = said.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(set, ["export SHOP_URL='http://web'"], "{said}");
    assert!(said.contains("# Set only in `lab shell`") && said.contains(": PROMPT_COMMAND, PS1\n"), "{said}");
}
