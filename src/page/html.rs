//! A page as one file of HTML. Words and tables are written here and can be read without any script; what a chart shows
//! is written as inert JSON, from which the scripts draw.
//!
//! Texts come from scenarios, which come from anywhere. Each is escaped where it is written, and only here; the page
//! itself forbids, by its policy, whatever is not one of its own scripts and styles.

use super::assets::{self, Script};
use super::chart::Chart;
use super::{Page, Section, Table, json};

/// The page as the text of a file.
pub fn html(page: &Page) -> String {
    let mut out = String::with_capacity(800_000);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n");
    head(&mut out, page);
    out.push_str("<body>\n<a class=\"skip\" href=\"#report\">Skip to the report</a>\n");
    out.push_str("<div class=\"sheet\">\n");
    opening(&mut out, page);
    out.push_str("<main id=\"report\" tabindex=\"-1\">\n");
    contents(&mut out, &page.sections);
    let mut charts = 0;
    for (number, told) in page.sections.iter().enumerate() {
        section(&mut out, told, number + 1, &mut charts);
    }
    out.push_str("</main>\n");
    if !page.foot.is_empty() {
        out.push_str("<footer>\n");
        paragraphs(&mut out, &page.foot, "");
        out.push_str("</footer>\n");
    }
    out.push_str("</div>\n");
    scripts(&mut out);
    out.push_str("</body>\n</html>\n");
    out
}

fn head(out: &mut String, page: &Page) {
    out.push_str("<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"");
    out.push_str(&assets::policy());
    out.push_str("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str(
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"hbsim\">\n",
    );
    element(out, "title", "", &page.title);
    // Written without a line of its own: the policy knows the style by the checksum of exactly these bytes.
    out.push_str("<style>");
    out.push_str(assets::STYLE.text);
    out.push_str("</style>\n</head>\n");
}

fn opening(out: &mut String, page: &Page) {
    out.push_str("<header>\n<button type=\"button\" id=\"theme\" hidden>Dark</button>\n");
    element(out, "h1", "", &page.title);
    if !page.subtitle.is_empty() {
        element(out, "p", "subtitle", &page.subtitle);
    }
    if !page.headline.is_empty() {
        element(out, "p", "headline", &page.headline);
    }
    if !page.facts.is_empty() {
        out.push_str("<dl class=\"facts\">\n");
        for (name, fact) in &page.facts {
            // Long facts take the room of two or of all, so that they do not become towers.
            out.push_str(match name.chars().count().max(fact.chars().count()) {
                0..=48 => "<div>",
                49..=120 => "<div class=\"wide\">",
                _ => "<div class=\"whole\">",
            });
            element(out, "dt", "", name);
            element(out, "dd", "", fact);
            out.push_str("</div>\n");
        }
        out.push_str("</dl>\n");
    }
    out.push_str("<noscript><p class=\"note\">The charts need JavaScript. What they show is told in words, and in the ");
    out.push_str("tables below them.</p></noscript>\n</header>\n");
}

/// From how many sections on a list of them helps.
const MANY: usize = 4;

fn contents(out: &mut String, sections: &[Section]) {
    if sections.len() < MANY {
        return;
    }
    out.push_str("<nav aria-label=\"Contents\"><ol>\n");
    for (number, section) in sections.iter().enumerate() {
        out.push_str(&format!("<li><a href=\"#section-{}\">", number + 1));
        text(out, &section.title);
        out.push_str("</a></li>\n");
    }
    out.push_str("</ol></nav>\n");
}

fn section(out: &mut String, section: &Section, number: usize, charts: &mut usize) {
    out.push_str(&format!("<section id=\"section-{number}\">\n"));
    out.push_str(&format!("<h2 id=\"heading-{number}\">"));
    text(out, &section.title);
    out.push_str("</h2>\n");
    paragraphs(out, &section.text, "");
    let table = section.table.as_ref().filter(|table| !table.columns.is_empty());
    for told in &section.charts {
        *charts += 1;
        chart(out, told, *charts, table.map(|_| number));
    }
    if let Some(told) = table {
        self::table(out, told, number);
    }
    paragraphs(out, &section.notes, "note");
    out.push_str("</section>\n");
}

/// A chart, and the way past it for those who do not see it: to the table of that number.
fn chart(out: &mut String, chart: &Chart, number: usize, table: Option<usize>) {
    out.push_str(&format!(
        "<figure class=\"chart\" id=\"chart-{number}\">\n<figcaption id=\"chart-{number}-title\">"
    ));
    text(out, &chart.title);
    out.push_str("</figcaption>\n");
    if let Some(table) = table {
        out.push_str(&format!(
            "<a class=\"skip\" href=\"#table-{table}\">Skip the chart, to its figures</a>\n"
        ));
    }
    out.push_str(&format!("<p class=\"summary\" id=\"chart-{number}-summary\">"));
    text(out, &chart.summary);
    out.push_str(&format!(
        "</p>\n<div class=\"drawing\" role=\"img\" aria-labelledby=\"chart-{number}-title\" \
         aria-describedby=\"chart-{number}-summary\"></div>\n<script type=\"application/json\">"
    ));
    out.push_str(&json::of(&chart.drawing));
    out.push_str("</script>\n</figure>\n");
}

fn table(out: &mut String, table: &Table, number: usize) {
    if table.folded {
        let rows = table.rows.len();
        let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
        out.push_str(&format!("<details id=\"table-{number}\">\n<summary>The figures: {rows}</summary>\n"));
    }
    // Of many short lines, two fit beside each other on paper.
    let class = if table.rows.len() > 40 && table.columns.len() <= 4 { "table long" } else { "table" };
    let id = if table.folded { String::new() } else { format!(" id=\"table-{number}\"") };
    // What can be scrolled must be reachable by keyboard.
    out.push_str(&format!(
        "<div class=\"{class}\"{id} tabindex=\"0\" role=\"group\" aria-labelledby=\"heading-{number}\">\n<table>\n<thead><tr>"
    ));
    let class = |column: usize| match table.columns.get(column) {
        Some(column) if column.is_figures => "figures",
        _ => "",
    };
    for (place, column) in table.columns.iter().enumerate() {
        let class = if class(place).is_empty() { "" } else { " class=\"figures\"" };
        // A heading that says nothing would be read out as one.
        let (tag, scope) = if column.name.is_empty() { ("td", "") } else { ("th", " scope=\"col\"") };
        out.push_str(&format!("<{tag}{scope}{class}>"));
        text(out, &column.name);
        out.push_str(&format!("</{tag}>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            element(out, "td", class(place), cell);
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
    if table.folded {
        out.push_str("</details>\n");
    }
}

fn paragraphs(out: &mut String, texts: &[String], class: &str) {
    for text in texts {
        element(out, "p", class, text);
        out.push('\n');
    }
}

fn scripts(out: &mut String) {
    for Script { text, licence, .. } in assets::SCRIPTS {
        if !licence.is_empty() {
            out.push_str("<!--\n");
            out.push_str(licence);
            out.push_str("-->\n");
        }
        out.push_str("<script>");
        out.push_str(text);
        out.push_str("</script>\n");
    }
}

/// An element that holds nothing but a text. What it is called is a word of this file, never one from outside.
fn element(out: &mut String, name: &str, class: &str, content: &str) {
    if class.is_empty() {
        out.push_str(&format!("<{name}>"));
    } else {
        out.push_str(&format!("<{name} class=\"{class}\">"));
    }
    text(out, content);
    out.push_str(&format!("</{name}>"));
}

/// A text that stays a text, whatever stands in it. Control characters, which have no place in a file of HTML, are
/// shown by their pictures.
fn text(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\x1f' => out.extend(char::from_u32(0x2400 + c as u32)),
            '\x7f' => out.push('\u{2421}'),
            '\u{80}'..='\u{9f}' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
}
