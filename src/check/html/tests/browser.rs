//! What a page loads, compared with what Debian's Chromium asks for.

use crate::check::Kind;
use crate::check::fake::Fake;
use crate::check::html::Html;
use crate::template::Scope;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CHROMIUM: &str = "/usr/bin/chromium";

/// Pages, each in a folder of its own; what they name has some contents by its ending. Icons
/// and manifests aren't here: without a window Chromium loads none.
const PAGES: &[&str] = &[
    "<link rel=stylesheet href=a.css><link rel=stylesheet href=b.css media=print><link rel=canonical href=no.html>",
    "<link rel=stylesheet href=a.css disabled><link rel='alternate stylesheet' title=x href=b.css>",
    "<link rel=stylesheet href=a.css type=text/x-less><link rel=preload as=style href=b.css media=print>",
    "<img src=a.png srcset='b.png 2x'><img src=c.png srcset='d.png 0.5x'><img srcset='e.png 1.5x, f.png 3x'>",
    "<img src=a.png srcset='b.png 640w, c.png 1280w, d.png 2560w' sizes=50vw><img src=e.png srcset='f.png 320w, g.png 640w'>",
    "<img srcset='a.png 320w, b.png 640w, c.png 960w' sizes='(max-width: 600px) 100vw, (min-width: 1000px) calc(50vw - 100px), 1px'>",
    "<picture><source type=image/heic srcset=a.heic><source type=image/avif srcset=b.png><img src=c.png></picture>",
    "<picture><source media='(max-width: 600px)' srcset=a.png><source media='(width > 1000px)' srcset='b.png, c.png 2x'><img src=d.png></picture>",
    "<picture><img src=a.png><source srcset=b.png></picture><picture><source src=c.png><img src=d.png></picture>",
    "<template><img src=a.png></template><noscript><img src=b.png></noscript><div hidden><img src=c.png></div>",
    "<script src=a.js></script><script type=module src=b.js></script><script nomodule src=c.js></script><script type=text/template src=d.js></script>",
    "<video poster=a.png preload=none src=b.mp4></video><audio preload=none><source src=c.ogg></audio>",
    "<svg><use href=a.svg#x /><image href=b.png /><use href=#y /></svg><p style='background: url(c.png)'>x",
    "<iframe src=a.html></iframe><iframe src=b.html srcdoc='<img src=c.png>'></iframe><object data=d.svg></object><embed src=e.svg>",
    "<input type=image src=a.png><input src=b.png><table background=c.png><tr><td background=d.png>x</table>",
    "<style>@import 'a.css'; @import url(b.css) print; @import 'c.css' layer(x); p { background: url(d.png) } @import 'e.css';</style><p>x",
    "<style>/* url(a.png) */ p { background: url( 'b c.png' ) } @media (max-width: 600px) { p { background: url(d.png) } }</style><p>x",
    "<style>p { background: image-set('a.png' 1x, 'b.png' 2x) } b { background: image-set('c.heic' type('image/heic'), 'd.png') }</style><p>x <b>y</b>",
    "<style>@namespace url(http://www.w3.org/1999/xhtml); @supports (background: url(a.png)) { p { background: url(b.png) } }</style><p>x",
    "<style>p { background: url(\"data:image/svg+xml,%3Csvg fill='url(%23a)'/%3E\"), url(#g) }</style><p>x",
    "<style media=print>@import 'a.css'; p { background: url(d.png) }</style><style>@media print { @font-face { src: url(a.woff) } }</style><p>x",
    "<link rel=stylesheet href=a.css media=print><style>@import 'a.css';</style>",
    "<base href=sub/><img src=a.png><base href=no/><img src='' ><img>",
    "<link rel=preload as=font crossorigin href=a.woff2><link rel=preload href=b><link rel=modulepreload href=c.js>",
    "<link rel=preload as=image href=a.png imagesrcset='b.png 640w, c.png 1280w'>",
];

type Files = BTreeMap<String, Vec<u8>>;

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css",
        "js" => "text/javascript",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "html" => "text/html",
        _ if path.ends_with('/') => "text/html",
        _ => "application/octet-stream",
    }
}

/// The table's pages, and the site that learners begin with.
fn files() -> Files {
    let mut files = Files::new();
    for (index, page) in PAGES.iter().enumerate() {
        files.insert(format!("/{index}/"), format!("<!doctype html>{page}").into_bytes());
        // A sheet that applies loads a picture of its own, which no other sheet puts aside.
        for (sheet, shown) in [("a", "html { background"), ("b", "body { background"), ("c", "p::before { content")] {
            let css = format!("{shown}: url({sheet}-sheet.png) }}");
            files.insert(format!("/{index}/{sheet}.css"), css.into_bytes());
        }
    }
    let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("labs/static-site/starter/site");
    for name in ["index.html", "about/index.html", "extra.html", "style.css", "fold.js", "pli.svg"] {
        let path = format!("/starter/{}", name.strip_suffix("index.html").unwrap_or(name));
        files.insert(path, std::fs::read(site.join(name)).unwrap());
    }
    files
}

fn pages(files: &Files) -> Vec<String> {
    files.keys().filter(|path| media_type(path) == "text/html").cloned().collect()
}

fn serve(stream: TcpStream, files: &Files, asked: &Mutex<BTreeSet<String>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    while reader.read_line(&mut line)? > 2 {}
    let (status, body) = match files.get(&path) {
        Some(body) => ("200 OK", body.as_slice()),
        None => ("404 Not Found", &b"none"[..]),
    };
    asked.lock().unwrap().insert(path.clone());
    let kind = media_type(&path);
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    reader.get_mut().write_all(&[head.as_bytes(), body].concat())
}

/// All that Chromium asks for in a window of 1280 by 800 pixels, a frame of that size a page.
fn asked_by_chromium(files: &Files) -> BTreeSet<String> {
    assert!(Path::new(CHROMIUM).exists(), "{CHROMIUM} is missing: scripts/test installs it");
    let mut frames = String::from("<!doctype html>");
    for page in pages(files) {
        write!(frames, "<iframe width=1280 height=800 style='border: 0' src={page}></iframe>").unwrap();
    }
    let mut served = files.clone();
    served.insert("/".to_owned(), frames.into_bytes());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(Mutex::new(BTreeSet::new()));
    let (heard, served) = (Arc::clone(&asked), Arc::new(served));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (heard, served) = (Arc::clone(&heard), Arc::clone(&served));
            std::thread::spawn(move || serve(stream, &served, &heard));
        }
    });
    let profile = tempfile::tempdir().unwrap();
    // It ends once all is loaded: fonts, pictures and sheets hold the page's `load` back.
    let status = Command::new("timeout")
        .args(["120", CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ])
        .args(["--window-size=1280,800", "--force-device-scale-factor=1"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("http://127.0.0.1:{port}/"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{status}");
    std::mem::take(&mut *asked.lock().unwrap())
}

#[tokio::test]
async fn a_page_loads_what_chromium_asks_for() {
    let files = files();
    let asked = asked_by_chromium(&files);
    let mut world = Fake::default();
    for (path, body) in &files {
        world = world.page(&format!("http://x{path}"), 200, &[("content-type", media_type(path))], body);
    }
    let mut differences = Vec::new();
    for page in pages(&files) {
        let html: Html = serde_yaml::from_str(&format!("{{get: 'http://x{page}', crawl: {{within: site}}}}")).unwrap();
        let seen = html.fetch(&world, &Scope::default(), Duration::from_secs(600)).await.unwrap();
        let loads = seen.field("loads").and_then(|loads| loads.as_array()).unwrap();
        let loads: BTreeSet<&str> =
            loads.iter().map(|url| url.as_str().unwrap().trim_start_matches("http://x")).collect();
        let folder = &page[..=page[1..].find('/').unwrap() + 1];
        let others = pages(&files);
        let browser: BTreeSet<&str> = asked
            .iter()
            .map(String::as_str)
            .filter(|path| path.starts_with(folder) && !others.iter().any(|other| other == path))
            .collect();
        // Pages of the starter share a folder: theirs are compared together.
        let of_browser = if page.starts_with("/starter/") { loads.is_subset(&browser) } else { loads == browser };
        if !of_browser {
            let index: Option<usize> = page.trim_matches('/').parse().ok();
            let source = index.map_or("", |index| PAGES[index]);
            differences.push(format!("{page} {source}\n  lab:      {loads:?}\n  Chromium: {browser:?}"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
