//! The HTML report in a real browser: nothing goes wrong in it, everything in it
//! can be read, by eye, on a phone, on paper, and by keyboard alone.

use super::browser::Browser;
use super::{tool, with_run};
use serde_json::{Value, json};
use std::path::Path;

/// The least contrast that text of any size may have (WCAG 2, AA).
const CONTRAST: f64 = 4.5;

/// The lowest contrast of a text with what is behind it, and which text.
const LOWEST: &str = r"(() => {
  const rgb = (text) => text.match(/[\d.]+/g).map(Number);
  const light = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
      if (colour[3] !== 0) throw new Error('half transparent');
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let lowest = {ratio: 99, text: '', count: 0};
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.tagName === 'STYLE') continue;
    const own = luminance(rgb(getComputedStyle(element).color)), back = luminance(behind(element));
    const ratio = (Math.max(own, back) + 0.05) / (Math.min(own, back) + 0.05);
    lowest.count += 1;
    if (ratio < lowest.ratio) lowest = {...lowest, ratio, text: walker.currentNode.data};
  }
  return lowest;
})()";

fn browser() -> Browser {
    Browser::start(&tool("/usr/bin/chromium"))
}

/// What a page may not do: write to the console, throw, load something else.
fn complaints(events: &[Value], page: &Path) -> Vec<String> {
    let own = format!("file://{}", page.display());
    let wrong = events.iter().filter(|event| match event["method"].as_str() {
        Some("Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded") => true,
        Some("Network.requestWillBeSent") => event["params"]["request"]["url"] != own.as_str(),
        _ => false,
    });
    wrong.map(ToString::to_string).collect()
}

/// In how many looks each text is told from what is behind it.
fn contrasts(browser: &mut Browser) -> Vec<(String, f64, String)> {
    let look = |media: &str, scheme: &str| json!({"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]});
    let looks = [("screen", "light"), ("screen", "dark"), ("print", "light")];
    let found = looks.map(|(media, scheme)| {
        browser.call("Emulation.setEmulatedMedia", &look(media, scheme));
        let lowest = browser.eval(LOWEST);
        assert!(lowest["count"].as_u64().unwrap() > 3, "{lowest}");
        let text = lowest["text"].as_str().unwrap().to_owned();
        (format!("{media} {scheme}"), lowest["ratio"].as_f64().unwrap(), text)
    });
    browser.call("Emulation.setEmulatedMedia", &look("", "light"));
    found.to_vec()
}

#[test]
fn a_browser_has_nothing_to_complain_of() {
    let mut browser = browser();
    for run in ["red", "faults", "texts", "markup"] {
        let machine = with_run(run);
        for language in ["en", "fr"] {
            let done = machine.lab(&["report", "--report", "html=out.html"]).lang(language).within("demo").done();
            assert_eq!(done.code, Some(0), "{done:?}");
            let page = machine.path("demo/out.html");
            let events = browser.open(&page);
            assert_eq!(complaints(&events, &page), Vec::<String>::new(), "{run} {language}");
            assert_eq!(browser.eval("document.documentElement.lang"), json!(language));
            for (look, ratio, text) in contrasts(&mut browser) {
                assert!(ratio >= CONTRAST, "{run}, {look}: {ratio:.2} of {text:?}");
            }
            structure(&mut browser, run);
            narrow(&mut browser, run);
            by_keyboard(&mut browser, run);
            printed(&mut browser);
        }
    }
}

/// One title, levels without a gap, a caption and scopes in each table, and a
/// link leads somewhere.
fn structure(browser: &mut Browser, run: &str) {
    let levels = browser.eval("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])");
    let levels: Vec<u64> = levels.as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{run}: {levels:?}");
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{run}: {levels:?}");
    let tables =
        browser.eval("[...document.querySelectorAll('table')].every(t => t.caption && t.caption.innerText.trim())");
    assert_eq!(tables, json!(true), "{run}");
    assert_eq!(browser.eval("[...document.querySelectorAll('th')].every(th => th.scope)"), json!(true), "{run}");
    let lost =
        "[...document.querySelectorAll('a')].filter(a => !document.querySelector(a.getAttribute('href'))).length";
    assert_eq!(browser.eval(lost), json!(0), "{run}");
    assert_eq!(browser.eval("document.title.length > 10 && !!document.querySelector('main h1')"), json!(true));
}

/// Nothing is wider than a small phone.
fn narrow(browser: &mut Browser, run: &str) {
    let phone = json!({"width": 320, "height": 640, "deviceScaleFactor": 2, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", &phone);
    let width = browser.eval("document.documentElement.scrollWidth");
    assert!(width.as_u64().unwrap() <= 320, "{run}: {width} pixels wide");
    let cut = "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 321).map(e => e.outerHTML.slice(0, 90))";
    assert_eq!(browser.eval(cut), json!([]), "{run}");
    browser.call("Emulation.clearDeviceMetricsOverride", &json!({}));
}

/// Tab reaches each link and each explanation, and Enter closes and opens one.
fn by_keyboard(browser: &mut Browser, run: &str) {
    let wanted = browser.eval("document.querySelectorAll('a, summary').length").as_u64().unwrap();
    assert!(wanted > 0, "{run}");
    browser.eval("window.reached = new Set(); document.activeElement.blur(); 0");
    for _ in 0..wanted {
        browser.press("Tab", 9, "");
        browser.eval("window.reached.add(document.activeElement); 0");
    }
    let reached = browser.eval("[...window.reached].filter(e => ['A', 'SUMMARY'].includes(e.tagName)).length");
    assert_eq!(reached, json!(wanted), "{run}");
    assert_eq!(browser.eval("document.activeElement.tagName"), json!("SUMMARY"), "{run}");
    let outline = browser.eval("getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outline, json!("solid"), "the focus is seen");
    for open in [false, true] {
        browser.press("Enter", 13, "\r");
        assert_eq!(browser.eval("document.activeElement.parentElement.open"), json!(open), "{run}");
    }
}

/// It prints, with its explanations.
fn printed(browser: &mut Browser) {
    let printed = browser.call("Page.printToPDF", &json!({"paperWidth": 8.27, "paperHeight": 11.69}));
    assert!(printed["data"].as_str().unwrap().starts_with("JVBERi0"), "base64 of %PDF-");
}

#[test]
fn the_browser_would_have_complained() {
    let mut browser = browser();
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("bad.html");
    let bad = "<!DOCTYPE html><title>bad page</title><body style='color:#888'><p>one<p>two<p>three<p>four\
               <img src='http://192.0.2.1/x.png'><script>console.error('no'); undefined.x</script>";
    std::fs::write(&page, bad).unwrap();
    let events = browser.open(&page);
    let found = complaints(&events, &page).join("\n");
    for part in ["consoleAPICalled", "exceptionThrown", "192.0.2.1"] {
        assert!(found.contains(part), "{part}: {found}");
    }
    assert!(contrasts(&mut browser).iter().all(|(_, ratio, _)| *ratio < CONTRAST));
}
