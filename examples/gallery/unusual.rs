//! Pages that nobody wants: with nothing in them, with far too much, with names that mean harm.

use hbsim::page::chart::{
    Axis, Belief, Condition, Curve, Drawing, Field, Lane, Mark, Point, Range, Role, Stack, State, Unit, Words,
};
use hbsim::page::{Page, Section};

use crate::ordinary::{Chance, axis, chart, table};

/// How much of everything there is.
struct Amount {
    curves: usize,
    places: usize,
    sorts: usize,
    stacks: usize,
    lanes: usize,
    beliefs: usize,
    ranges: usize,
    fields: usize,
    points: usize,
}

/// Every kind of chart; each text in it is made by `name`.
fn drawings(
    amount: &Amount,
    mut name: impl FnMut() -> String,
    logarithmic: bool,
) -> Vec<(&'static str, Drawing)> {
    let mut chance = Chance(1);
    let mut next = || chance.next();
    let x = |name: String| Axis { label: name, unit: Unit::Seconds, logarithmic: false };
    let y = |name: String| Axis { label: name, unit: Unit::Number, logarithmic };
    let curves = (0..amount.curves).map(|number| Curve {
        name: name(),
        role: if number % 3 == 2 { Role::Theory } else { Role::Seen },
        stepped: number % 2 == 0,
        places: (0..amount.places).map(|place| [place as f64, next() * (number + 1) as f64]).collect(),
        band: Vec::new(),
    });
    let curves = curves.collect();
    let marks = (0..amount.curves).map(|mark| Mark { at: mark as f64, label: name() }).collect();
    let sorts: Vec<String> = (0..amount.sorts).map(|_| name()).collect();
    let stacks = (0..amount.stacks).map(|place| Stack {
        from: place as f64,
        until: (place + 1) as f64,
        heights: (0..amount.sorts).map(|_| (next() * 9.0).floor()).collect(),
    });
    let stacks = stacks.collect();
    let lanes = (0..amount.lanes).map(|_| {
        let at = next() * 3000.0;
        let what = [Condition::Crashed, Condition::Paused, Condition::Cut, Condition::Hindered]
            [(next() * 4.0) as usize % 4];
        let beliefs = (0..amount.beliefs).map(|_| {
            let from = at + next() * 400.0;
            Belief {
                observer: name(),
                from,
                until: from + next() * 300.0,
                dead: next() < 0.5,
                wrong: next() < 0.5,
            }
        });
        let beliefs = beliefs.collect();
        Lane {
            name: name(),
            states: vec![State { from: at, until: at + 200.0, what, note: name() }],
            beliefs,
        }
    });
    let lanes = lanes.collect();
    let ranges = (0..amount.ranges).map(|number| {
        let value = 1.0 + 1000.0 * next();
        Range {
            name: name(),
            group: name(),
            value: (number % 3 > 0).then_some(value),
            low: Some(value * 0.5),
            high: Some(value * 2.0),
            theory: (number % 2 > 0).then_some(value),
        }
    });
    let ranges = ranges.collect();
    let words = |label: String, name: &mut dyn FnMut() -> String| Words {
        label,
        words: (0..amount.fields).map(|_| name()).collect(),
    };
    let (columns, rows) = (words(name(), &mut name), words(name(), &mut name));
    let fields = (0..amount.fields * amount.fields).map(|cell| Field {
        column: cell % amount.fields,
        row: cell / amount.fields,
        value: 1000.0 * next() + 0.01,
        text: name(),
        is_bound: next() < 0.2,
        told: name(),
    });
    let fields = fields.collect();
    let points = (0..amount.points).map(|point| Point {
        x: 1.0 + 1000.0 * next(),
        x_range: Some([1.0, 1000.0]),
        y: next(),
        y_range: Some([0.0, 1.0]),
        is_bound: point % 7 == 0,
        group: name(),
        told: name(),
        on_front: point % 50 == 0,
        label: if point % 100 == 0 { name() } else { String::new() },
    });
    let points = points.collect();
    vec![
        ("Curves", Drawing::Curves { x: x(name()), y: y(name()), curves, marks }),
        ("Stacks", Drawing::Stacks { x: x(name()), y: y(name()), sorts, stacks }),
        ("Lanes", Drawing::Lanes { x: x(name()), lanes, from: 0.0, until: 3600.0 }),
        ("Ranges", Drawing::Ranges { x: y(name()), ranges }),
        ("Fields", Drawing::Fields { x: columns, y: rows, colour: y(name()), fields }),
        ("Points", Drawing::Points { x: x(name()), y: y(name()), points }),
    ]
}

fn section(kind: &str, drawing: Drawing) -> Section {
    Section { title: kind.to_owned(), charts: vec![chart(kind, "", drawing)], ..Section::default() }
}

/// Nothing at all in any of them, and numbers that are none.
pub(crate) fn empty() -> Page {
    let none = Amount {
        curves: 0,
        places: 0,
        sorts: 0,
        stacks: 0,
        lanes: 0,
        beliefs: 0,
        ranges: 0,
        fields: 0,
        points: 0,
    };
    let one = Amount {
        curves: 1,
        places: 1,
        sorts: 1,
        stacks: 1,
        lanes: 1,
        beliefs: 1,
        ranges: 2,
        fields: 1,
        points: 1,
    };
    let mut sections: Vec<Section> = drawings(&none, String::new, false)
        .into_iter()
        .map(|(kind, drawing)| section(kind, drawing))
        .collect();
    for logarithmic in [false, true] {
        let kinds = drawings(&one, || "one".to_owned(), logarithmic);
        sections.extend(kinds.into_iter().map(|(kind, drawing)| section(kind, drawing)));
    }
    let odd = Curve {
        name: "not a number".into(),
        role: Role::Seen,
        stepped: false,
        places: vec![[0.0, f64::NAN], [1.0, 0.0], [2.0, f64::INFINITY], [3.0, 1.0]],
        band: vec![[0.0, f64::NEG_INFINITY, f64::NAN]],
    };
    let axis = |logarithmic| axis("odd", Unit::Share, logarithmic);
    let curves = Drawing::Curves { x: axis(false), y: axis(true), curves: vec![odd], marks: Vec::new() };
    sections.push(section("Curves", curves));
    Page { title: "Empty".into(), sections, ..Page::default() }
}

/// Texts that would be dangerous if they ever became markup or script.
pub(crate) const HOSTILE: [&str; 9] = [
    "</script><script>alert('hostile')</script>",
    "<img src=x onerror=alert('hostile')>",
    "\"><svg onload=alert('hostile')><title>",
    "'\"`--><!--<script>alert('hostile')//",
    "]]></style><iframe src=//hostile.example></iframe>",
    "&lt;b&gt;&#60;script&#62; \u{2028}\u{2029} \u{0}\u{7}\u{1b}[31m\r",
    "\u{202e}desrever \\u003cscript\\u003e ${alert('hostile')} {{constructor.constructor('alert(1)')()}}",
    "javascript:alert('hostile')",
    "url(https://hostile.example/x.png) var(--ink) __proto__ constructor toString",
];

/// Hostile names everywhere where a text can stand.
pub(crate) fn hostile() -> Page {
    let mut turn = 0;
    let mut name = || {
        turn += 1;
        format!("{} {turn}", HOSTILE[turn % HOSTILE.len()])
    };
    let amount = Amount {
        curves: 9,
        places: 20,
        sorts: 9,
        stacks: 12,
        lanes: 9,
        beliefs: 3,
        ranges: 9,
        fields: 9,
        points: 201,
    };
    let mut sections: Vec<Section> = drawings(&amount, &mut name, false)
        .into_iter()
        .map(|(_, drawing)| Section {
            title: name(),
            text: vec![name(), name()],
            charts: vec![chart(&name(), &name(), drawing)],
            table: table(&HOSTILE, vec![HOSTILE.map(str::to_owned).to_vec(); 3], true),
            notes: vec![name()],
        })
        .collect();
    for section in sections.iter_mut().step_by(2) {
        section.table.iter_mut().for_each(|table| table.folded = false);
    }
    Page {
        title: HOSTILE[0].to_owned(),
        subtitle: HOSTILE[1].to_owned(),
        headline: HOSTILE[2].to_owned(),
        facts: HOSTILE.map(|text| (text.to_owned(), text.to_owned())).to_vec(),
        sections,
        foot: HOSTILE.map(str::to_owned).to_vec(),
    }
}

/// More than anybody can read.
pub(crate) fn huge() -> Page {
    let amount = Amount {
        curves: 10,
        places: 2500,
        sorts: 10,
        stacks: 240,
        lanes: 60,
        beliefs: 8,
        ranges: 80,
        fields: 40,
        points: 1200,
    };
    let mut turn = 0;
    let name = move || {
        turn += 1;
        format!("name {}", turn % 17)
    };
    let sections =
        drawings(&amount, name, true).into_iter().map(|(kind, drawing)| section(kind, drawing)).collect();
    Page { title: "Huge".into(), sections, ..Page::default() }
}
