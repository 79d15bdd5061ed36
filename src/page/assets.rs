//! What a page carries with it so that it needs nothing from elsewhere: its style, its scripts, and the library that
//! draws. `assets/README.md` says where that library comes from.
//!
//! A browser runs only those scripts, and heeds only those styles, whose checksum the page's policy names.

/// A style or a script, and the checksum by which the policy knows it.
pub(super) struct Script {
    pub(super) text: &'static str,
    /// Its SHA-256, in base 64.
    pub(super) checksum: &'static str,
    /// What must be told wherever it is copied to.
    pub(super) licence: &'static str,
}

/// How the page looks.
pub(super) const STYLE: Script = Script {
    text: include_str!("assets/page.css"),
    checksum: "3JB6e6b3ScpXH8bRJM74aSVpZG0qOVabOaIg4/t2gzc=",
    licence: "",
};

/// The scripts, in the order in which they build on each other.
pub(super) const SCRIPTS: [Script; 3] = [
    Script {
        text: include_str!("assets/d3/d3.min.js"),
        checksum: "8glLv2FBs1lyLE/kVOtsSw8OQswQzHr5IfwVj864ZTk=",
        licence: concat!(include_str!("assets/d3/LICENSE"), include_str!("assets/d3/LICENSE-BUNDLED")),
    },
    Script {
        text: include_str!("assets/plot/plot.umd.min.js"),
        checksum: "Q1gIZGd0B3fdeI1rJ6lc69uu/dUMcwowYBFwc71xNMs=",
        licence: concat!(include_str!("assets/plot/LICENSE"), include_str!("assets/plot/LICENSE-BUNDLED")),
    },
    Script {
        text: concat!(
            "\"use strict\";\n",
            include_str!("assets/axes.js"),
            include_str!("assets/look.js"),
            include_str!("assets/curves.js"),
            include_str!("assets/stacks.js"),
            include_str!("assets/lanes.js"),
            include_str!("assets/ranges.js"),
            include_str!("assets/fields.js"),
            include_str!("assets/points.js"),
            include_str!("assets/page.js"),
        ),
        checksum: "fXHRg9QKOtaU8rqu8na0pDKQhn2JC3olzeEsFkPRQcM=",
        licence: "",
    },
];

/// The style that the library writes into each chart, which is always the same.
const STYLE_OF_CHARTS: &str = "+TfQir1nvDucAdvE6XUQBt4ayUjpAWkbw2kCdSfekHM=";

/// What the page may do: run its own scripts and look as it does, and nothing else. It loads nothing and sends nothing.
pub(super) fn policy() -> String {
    let scripts: Vec<String> = SCRIPTS.iter().map(|script| format!("'sha256-{}'", script.checksum)).collect();
    format!(
        "default-src 'none'; script-src {}; style-src 'sha256-{}' 'sha256-{STYLE_OF_CHARTS}'; base-uri 'none'; \
         form-action 'none'",
        scripts.join(" "),
        STYLE.checksum,
    )
}
