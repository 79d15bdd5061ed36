use sha2::{Digest, Sha256};

use super::assets::{self, SCRIPTS, STYLE};
use super::chart::{Axis, Chart, Curve, Drawing, Mark, Role, Unit};
use super::{Column, Page, Section, Table, html, json};

/// The longest that a page may be.
const LIMIT: usize = 1_500_000;

/// Texts that would be dangerous if they ever became markup or script.
const HOSTILE: [&str; 6] = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "]]></style><!--<script>",
    "\0\u{7}\u{1b}[31m\r\u{7f}\u{85}",
    "\u{2028}\u{2029}&lt;script&gt;&#60;",
];

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize] as char;
            out.push(if place <= three.len() { digit } else { '=' });
        }
    }
    out
}

fn checksum(text: &str) -> String {
    base64(&Sha256::digest(text))
}

fn curves(name: &str, places: Vec<[f64; 2]>) -> Drawing {
    let axis = Axis { label: name.to_owned(), unit: Unit::Seconds, logarithmic: false };
    let curve = Curve { name: name.to_owned(), role: Role::Seen, stepped: true, places, band: Vec::new() };
    let marks = vec![Mark { at: 1.0, label: name.to_owned() }];
    Drawing::Curves { x: axis.clone(), y: axis, curves: vec![curve], marks }
}

/// A page with `text` wherever a text can stand.
fn page_of(text: &str) -> Page {
    let name = || text.to_owned();
    let chart = Chart { title: name(), summary: name(), drawing: curves(text, vec![[0.0, 1.0]]) };
    let table = |folded| Table {
        columns: vec![Column { name: name(), is_figures: true }],
        rows: vec![vec![name()], vec![name()]],
        folded,
    };
    let section = |folded| Section {
        title: name(),
        text: vec![name()],
        charts: vec![chart.clone()],
        table: Some(table(folded)),
        notes: vec![name()],
    };
    Page {
        title: name(),
        subtitle: name(),
        headline: name(),
        facts: vec![(name(), name())],
        sections: vec![section(false), section(true), section(false), section(true)],
        foot: vec![name()],
    }
}

/// The page without what it always carries with it.
fn bare(page: &Page) -> String {
    let mut text = html(page);
    for asset in SCRIPTS.iter().chain([&STYLE]) {
        assert_eq!(text.matches(asset.text).count(), 1);
        text = text.replace(asset.text, "").replace(asset.licence, "");
    }
    text
}

/// Every tag of a page, without what stands between tags.
fn tags(text: &str) -> Vec<&str> {
    text.split('<').skip(1).map(|tag| tag.split('>').next().unwrap_or_default()).collect()
}

#[test]
fn no_text_becomes_markup() {
    let harmless = bare(&page_of("a name"));
    for text in HOSTILE {
        let page = bare(&page_of(text));
        assert_eq!(tags(&page), tags(&harmless), "{text:?}");
        assert!(page.chars().all(|c| !c.is_control() || c == '\n'), "{text:?}");
        assert!(!page.contains(['\u{2028}', '\u{2029}']) || text.contains('\u{2028}'));
    }
    assert!(
        bare(&page_of(HOSTILE[0])).contains("<h1>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;</h1>")
    );
    assert!(
        bare(&page_of(HOSTILE[4])).contains("<h1>\u{2400}\u{2407}\u{241b}[31m\u{240d}\u{2421}\u{fffd}</h1>")
    );
}

#[test]
fn what_a_chart_shows_is_json_that_cannot_end_its_element() {
    for text in HOSTILE {
        let written = json::of(&curves(text, vec![[0.0, 1.0]]));
        assert!(!written.contains(['<', '>', '&', '\u{2028}', '\u{2029}']), "{written}");
        let read: serde_json::Value = serde_json::from_str(&written).expect("it is JSON");
        assert_eq!(read["curves"][0]["name"], text);
        assert_eq!(read["marks"][0]["label"], text);
    }
}

#[test]
fn numbers_are_short_and_those_that_are_none_are_null() {
    let places = vec![[0.1 + 0.2, f64::NAN], [f64::INFINITY, 1e-9], [1.0 / 3.0, -0.0]];
    let written = json::of(&curves("", places));
    assert!(written.contains("\"places\":[[0.3,null],[null,0.000000001],[0.333333333,0]]"), "{written}");
    assert!(written.starts_with(
        "{\"kind\":\"curves\",\"x\":{\"label\":\"\",\"unit\":\"seconds\",\"logarithmic\":false}"
    ));
}

#[test]
fn a_page_needs_nothing_from_elsewhere() {
    let page = bare(&page_of("a name"));
    for load in
        [" src", "http:", "https:", "url(", "@import", "<link", "<iframe", "<img", " style=", " onclick"]
    {
        assert!(!page.contains(load), "{load}");
    }
    assert_eq!(
        page.matches("href=\"").count(),
        page.matches("href=\"#").count(),
        "links lead to places of the page"
    );
    assert!(page.contains("default-src 'none'"));
    assert!(!assets::policy().contains("unsafe"));
}

#[test]
fn a_page_leaves_room_for_what_it_shows() {
    assert!(html(&page_of("a name")).len() < LIMIT / 2);
}

#[test]
fn the_policy_knows_scripts_and_styles_by_their_checksums() {
    for asset in SCRIPTS.iter().chain([&STYLE]) {
        assert_eq!(asset.checksum, checksum(asset.text), "of {:?}…", &asset.text[..60]);
        assert!(assets::policy().contains(asset.checksum));
    }
}

#[test]
fn the_library_is_as_published() {
    let [d3, plot, _] = SCRIPTS;
    assert!(d3.text.starts_with("// https://d3js.org v7.9.0 "));
    assert!(plot.text.starts_with("// @observablehq/plot v0.6.17 "));
    assert_eq!([d3.text.len(), plot.text.len()], [279_706, 209_183]);
    let told = include_str!("assets/README.md");
    for script in [&d3, &plot] {
        let sum: String = Sha256::digest(script.text).iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(told.contains(&sum), "assets/README.md tells {sum}");
        assert!(html(&Page::default()).contains(script.licence), "the licence goes where the library goes");
    }
}

#[test]
fn nothing_in_the_assets_ends_the_element_that_holds_it() {
    for asset in SCRIPTS.iter().chain([&STYLE]) {
        for end in ["</script", "</style", "<!--", "\r"] {
            assert!(!asset.text.to_lowercase().contains(end), "{end:?}");
        }
        assert!(!asset.licence.contains("--"), "a comment holds it");
    }
    let [_, _, own] = SCRIPTS;
    for danger in [
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "eval(",
        "Function(",
        "fetch(",
        "localStorage",
    ] {
        assert!(!own.text.contains(danger), "{danger}");
    }
}

#[test]
fn tables_can_be_read_without_scripts_and_reached_by_keyboard() {
    let page = bare(&page_of("a name"));
    assert!(page.contains("<th scope=\"col\" class=\"figures\">a name</th>"));
    assert!(page.contains("<details id=\"table-2\">\n<summary>The figures: 2 rows</summary>"));
    assert_eq!(page.matches("class=\"skip\" href=\"#table-").count(), 4, "one for each chart");
    assert_eq!(page.matches("tabindex=\"0\" role=\"group\"").count(), 4);
    assert_eq!(page.matches("role=\"img\"").count(), 4);
    assert!(page.contains("<noscript>"));
}
