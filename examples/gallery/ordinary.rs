//! Pages as people will see them.

use hbsim::page::chart::{
    Axis, Belief, Chart, Condition, Curve, Drawing, Field, Lane, Mark, Point, Range, Role, Stack, State,
    Unit, Words,
};
use hbsim::page::{Column, Page, Section, Table};

/// Numbers between 0 and 1 that look like chance and are the same each time.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }
}

pub(crate) fn axis(label: &str, unit: Unit, logarithmic: bool) -> Axis {
    Axis { label: label.to_owned(), unit, logarithmic }
}

pub(crate) fn table(columns: &[&str], rows: Vec<Vec<String>>, folded: bool) -> Option<Table> {
    let columns = columns
        .iter()
        .enumerate()
        .map(|(place, name)| Column { name: (*name).to_owned(), is_figures: place > 0 })
        .collect();
    Some(Table { columns, rows, folded })
}

pub(crate) fn chart(title: &str, summary: &str, drawing: Drawing) -> Chart {
    Chart { title: title.to_owned(), summary: summary.to_owned(), drawing }
}

fn section(title: &str, text: &str, charts: Vec<Chart>, table: Option<Table>) -> Section {
    Section { title: title.to_owned(), text: vec![text.to_owned()], charts, table, notes: Vec::new() }
}

pub(crate) fn facts(facts: &[(&str, &str)]) -> Vec<(String, String)> {
    facts.iter().map(|(name, fact)| ((*name).to_owned(), (*fact).to_owned())).collect()
}

fn detection() -> Section {
    let mut chance = Chance(7);
    let mut times: Vec<f64> = (0..400).map(|_| 10.1 + 5.0 * chance.next()).collect();
    times.sort_by(f64::total_cmp);
    let mut places = vec![[10.1, 0.0]];
    places.extend(times.iter().enumerate().map(|(place, &time)| [time, (place + 1) as f64 / 400.0]));
    let band = places
        .iter()
        .step_by(4)
        .map(|&[time, share]| [time, (share - 0.068).max(0.0), (share + 0.068).min(1.0)])
        .collect();
    let seen = Curve { name: "simulated, 400 crashes".into(), role: Role::Seen, stepped: true, places, band };
    let theory = Curve {
        name: "closed form".into(),
        role: Role::Theory,
        stepped: false,
        places: vec![[10.1, 0.0], [15.1, 1.0]],
        band: Vec::new(),
    };
    let marks = [
        (10.1, "at the earliest 10.1 s"),
        (12.6, "median"),
        (12.62, "mean 12.62 s"),
        (15.1, "at the latest"),
    ];
    let drawing = Drawing::Curves {
        x: axis("seconds after the crash", Unit::Seconds, false),
        y: axis("share of crashes detected", Unit::Share, false),
        curves: vec![seen, theory],
        marks: marks.iter().map(|&(at, label)| Mark { at, label: label.to_owned() }).collect(),
    };
    let rows = [
        ("0 %", "10.1", "10.1"),
        ("50 %", "12.62", "12.6"),
        ("90 %", "14.58", "14.6"),
        ("100 %", "15.09", "15.1"),
    ];
    section(
        "How long until a crash is detected",
        "Each step of the line is a crash. The dashed line is what the closed form says: the timeout, and anything up to \
         an interval on top of it, since the last beat may have been long ago or just now.",
        vec![chart(
            "Share of crashes detected by then",
            "Detection takes between 10.1 and 15.1 seconds, all equally likely; simulation and closed form agree.",
            drawing,
        )],
        table(
            &["of all crashes", "simulated, s", "closed form, s"],
            rows.iter().map(|&(a, b, c)| vec![a.into(), b.into(), c.into()]).collect(),
            false,
        ),
    )
}

pub(crate) const CAUSES: [&str; 8] = [
    "others said so",
    "path cut",
    "node stood still",
    "observer stood still",
    "waiting in a queue",
    "beats lost",
    "before the first beat",
    "beats late",
];

fn mistakes() -> Section {
    let mut chance = Chance(3);
    let peaks = [(600.0, 900.0, 6.0), (600.0, 960.0, 22.0), (1200.0, 1260.0, 30.0), (300.0, 360.0, 12.0)];
    let stacks: Vec<Stack> = (0..60)
        .map(|minute| {
            let from = f64::from(minute) * 30.0;
            let heights = (0..8).map(|cause| match peaks.get(cause) {
                Some(&(begin, end, height)) if from >= begin && from < end => {
                    (height * (0.5 + chance.next())).round()
                }
                None if cause == 6 && minute == 0 => 9.0,
                None if cause != 6 => (chance.next() * chance.next() * 6.0).floor(),
                _ => 0.0,
            });
            Stack { from, until: from + 30.0, heights: heights.collect() }
        })
        .collect();
    let rows = CAUSES.iter().enumerate().map(|(cause, name)| {
        let sum: f64 = stacks.iter().map(|stack| stack.heights[cause]).sum();
        vec![(*name).to_owned(), sum.to_string()]
    });
    let rows = rows.collect();
    section(
        "Who was declared dead and was not",
        "From minute 10 on the network is split for five minutes; at minute 20 four nodes stand still for a minute.",
        vec![chart(
            "Mistakes in each half minute, by cause",
            "Two bursts of mistakes: from minute 10 to 16 paths are cut, at minute 20 nodes stand still.",
            Drawing::Stacks {
                x: axis("time since the start", Unit::Seconds, false),
                y: axis("mistakes", Unit::Number, false),
                sorts: CAUSES.map(str::to_owned).to_vec(),
                stacks,
            },
        )],
        table(&["cause", "mistakes"], rows, true),
    )
}

fn state(from: f64, until: f64, what: Condition, note: &str) -> State {
    State { from, until, what, note: note.to_owned() }
}

fn belief(observer: &str, from: f64, until: f64, dead: bool, wrong: bool) -> Belief {
    Belief { observer: observer.to_owned(), from, until, dead, wrong }
}

fn timeline() -> Section {
    let mut chance = Chance(11);
    let lanes = (1..=24).map(|number| {
        let mut lane = Lane { name: format!("n{number}"), states: Vec::new(), beliefs: Vec::new() };
        match number {
            3 => {
                lane.states.push(state(
                    420.0,
                    780.0,
                    Condition::Crashed,
                    "crash at random, back after 6 minutes",
                ));
                for (observer, late) in [("monitor", 12.0), ("n4", 10.4), ("n2", 14.9)] {
                    lane.beliefs.push(belief(observer, 420.0 + late - 4.0, 420.0 + late, false, false));
                    lane.beliefs.push(belief(observer, 420.0 + late, 783.0, true, false));
                }
            }
            6 => {
                lane.states.push(state(100.0, 300.0, Condition::Hindered, "half of its messages are lost"));
                for round in 0..5 {
                    let from = 120.0 + f64::from(round) * 37.0;
                    lane.beliefs.push(belief("monitor", from, from + 9.0, round % 2 == 0, true));
                }
            }
            9 => {
                lane.states.push(state(1200.0, 1262.0, Condition::Paused, "collects garbage"));
                lane.beliefs.push(belief("monitor", 1212.0, 1262.5, true, true));
            }
            14..=18 => {
                lane.states.push(state(600.0, 900.0, Condition::Cut, "the network is split"));
                for observer in ["monitor", "n1", "n2"] {
                    let late = 10.0 + chance.next() * 5.0;
                    lane.beliefs.push(belief(observer, 600.0 + late, 902.0, true, true));
                }
            }
            21 => {
                lane.states.push(state(1500.0, 1800.0, Condition::Crashed, ""));
                lane.beliefs.push(belief("monitor", 1508.0, 1513.0, false, false));
                lane.beliefs.push(belief("monitor", 1513.0, 1800.0, true, false));
            }
            _ => {}
        }
        lane
    });
    let drawing = Drawing::Lanes {
        x: axis("time since the start", Unit::Seconds, false),
        lanes: lanes.collect(),
        from: 0.0,
        until: 1800.0,
    };
    section(
        "What became of the nodes, and what was believed of them",
        "A lane for each node; under it, in thin bars, from when to when each observer held it dead.",
        vec![chart(
            "Thirty minutes of 24 nodes",
            "n3 and n21 crash and are held dead ten to fifteen seconds later; n14 to n18, which are cut off for five \
             minutes, are wrongly held dead all that time.",
            drawing,
        )],
        table(
            &["node", "from, s", "until, s"],
            vec![
                vec!["n3 crashed".into(), "420".into(), "780".into()],
                vec!["n21 crashed".into(), "1500".into(), "1800".into()],
            ],
            true,
        ),
    )
}

fn messages() -> Section {
    let mut chance = Chance(5);
    let mut curve = |name: &str, height: f64| Curve {
        name: name.to_owned(),
        role: Role::Seen,
        stepped: false,
        places: (0..180)
            .map(|step| [f64::from(step) * 10.0, height * (0.85 + 0.3 * chance.next())])
            .collect(),
        band: Vec::new(),
    };
    let curves = vec![curve("beats", 400.0), curve("answers", 240.0), curve("busiest node", 120.0)];
    section(
        "What it costs",
        "Messages of the whole cluster in a second, and those of the node that has most to do.",
        vec![chart(
            "Messages per second, by kind",
            "About 400 beats and 240 answers a second, evenly over the half hour.",
            Drawing::Curves {
                x: axis("time since the start", Unit::Seconds, false),
                y: axis("messages per second", Unit::Number, false),
                curves,
                marks: vec![Mark { at: 600.0, label: "the network is split".into() }],
            },
        )],
        table(
            &["kind", "per second"],
            vec![vec!["beat".into(), "400".into()], vec!["answer".into(), "240".into()]],
            false,
        ),
    )
}

/// As of one run.
pub(crate) fn run() -> Page {
    Page {
        title: "A bad hour".into(),
        subtitle: "One monitor watches 24 nodes through a split network, pauses and two crashes.".into(),
        headline: "A crash is detected after 12.6 s (95 %: 12.5 to 12.7 s), as the closed form says; in half an hour 131 \
                   living nodes are held dead, most of them because the network is split."
            .into(),
        facts: facts(&[
            ("topology", "central: one monitor"),
            ("nodes", "24"),
            ("interval", "5 s"),
            ("detector", "timeout of 10 s"),
            ("latency", "exponential, 100 ms"),
            ("loss", "1 %"),
            ("replications", "200"),
            ("seed", "42"),
        ]),
        sections: vec![detection(), mistakes(), timeline(), messages()],
        foot: vec![
            "Made by hbsim 0.1.0: hbsim run bad-hour --report report.html".into(),
            "Digest 8d1f2c3e4b5a69788796a5b4c3d2e1f0: whoever runs the same scenario gets the same.".into(),
        ],
    }
}

/// Mistakes per day with this interval and timeout, in seconds; those that were never seen are bounded.
fn errors(interval: f64, timeout: f64) -> (f64, bool) {
    let missed = timeout / interval;
    let errors = 700.0 * libm::exp(-1.15 * missed) * (3.0 / (1.0 + interval));
    if errors < 0.156 { (0.156, true) } else { (errors, false) }
}

fn grid() -> Vec<(usize, usize, f64, f64)> {
    let cells = (0..400).map(|cell| {
        let (row, column) = (cell / 20, cell % 20);
        (row, column, 0.5 + 0.5 * column as f64, 2.0 + 2.0 * row as f64)
    });
    cells.collect()
}

fn brief(value: f64, is_bound: bool) -> String {
    let text = if value >= 9.95 { format!("{value:.0}") } else { format!("{value:.2}") };
    if is_bound { format!("<{text}") } else { text }
}

fn map() -> Section {
    let fields = grid().into_iter().map(|(row, column, interval, timeout)| {
        let (value, is_bound) = errors(interval, timeout);
        let text = brief(value, is_bound);
        let told = format!("interval {interval} s, timeout {timeout} s\n{text} mistakes per day");
        Field { column, row: 19 - row, value, text, is_bound, told }
    });
    let drawing = Drawing::Fields {
        x: Words {
            label: "interval".into(),
            words: (0..20).map(|column| format!("{} s", 0.5 + 0.5 * f64::from(column))).collect(),
        },
        y: Words {
            label: "timeout".into(),
            words: (0..20).rev().map(|row| format!("{} s", 2 + 2 * row)).collect(),
        },
        colour: axis("mistakes per day", Unit::Number, true),
        fields: fields.collect(),
    };
    let rows = grid().into_iter().map(|(_, _, interval, timeout)| {
        let (value, is_bound) = errors(interval, timeout);
        vec![
            format!("{interval} s, {timeout} s"),
            brief(value, is_bound),
            format!("{:.2}", timeout + interval / 2.0),
        ]
    });
    section(
        "Mistakes for each interval and timeout",
        "The more beats fit into a timeout, the fewer living nodes are declared dead.",
        vec![chart(
            "Mistakes per day",
            "From 578 a day where the timeout is shorter than two intervals down to none seen, less than 0.156 a day.",
            drawing,
        )],
        table(&["interval, timeout", "mistakes per day", "detection, s"], rows.collect(), true),
    )
}

fn scatter() -> Section {
    let mut points: Vec<Point> = grid()
        .into_iter()
        .map(|(_, _, interval, timeout)| {
            let (y, is_bound) = errors(interval, timeout);
            let x = timeout + interval / 2.0;
            Point {
                x,
                x_range: Some([x * 0.98, x * 1.02]),
                y,
                y_range: (!is_bound).then_some([y * 0.7, y * 1.4]),
                is_bound,
                group: String::new(),
                told: format!(
                    "interval {interval} s, timeout {timeout} s\ndetection {x} s\n{} mistakes",
                    brief(y, is_bound)
                ),
                on_front: false,
                label: String::new(),
            }
        })
        .collect();
    let beaten: Vec<bool> = points
        .iter()
        .map(|one| {
            points
                .iter()
                .any(|other| other.x <= one.x && other.y <= one.y && (other.x, other.y) != (one.x, one.y))
        })
        .collect();
    for (point, beaten) in points.iter_mut().zip(beaten) {
        point.on_front = !beaten;
        if !beaten && (point.is_bound || point.y > 100.0 || (point.x - 4.25).abs() < 0.1) {
            point.label = format!("{} s", point.x);
        }
    }
    section(
        "What one pays for what",
        "Down is fewer mistakes, left is faster. Nothing beats the settings on the line in both.",
        vec![chart(
            "Detection against mistakes, 400 settings",
            "Settings that detect within 2 seconds make hundreds of mistakes a day; from 6 seconds on none are seen.",
            Drawing::Points {
                x: axis("mean time until a crash is detected", Unit::Seconds, true),
                y: axis("mistakes per day", Unit::Number, true),
                points,
            },
        )],
        None,
    )
}

fn side_by_side() -> Section {
    let system = |name: &str, group: &str, value: f64, theory: Option<f64>| Range {
        name: name.to_owned(),
        group: group.to_owned(),
        value: Some(value),
        low: Some(value * 0.9),
        high: Some(value * 1.12),
        theory,
    };
    let mut ranges = vec![
        system("central", "one observer", 12.6, Some(12.6)),
        system("pairs", "one observer", 11.9, Some(11.85)),
        system("ring of watchers with a long name", "one observer", 24.2, None),
        system("gossip", "many observers", 31.0, Some(29.0)),
        system("swim", "many observers", 6.7, Some(7.1)),
    ];
    let bound = Range {
        name: "swim, never wrong".into(),
        value: None,
        low: None,
        high: Some(9.2),
        ..ranges[4].clone()
    };
    ranges.push(Range { theory: None, ..bound });
    let points = ranges.iter().take(5).enumerate().map(|(place, range)| Point {
        x: range.value.unwrap_or_default(),
        x_range: Some([range.low.unwrap_or_default(), range.high.unwrap_or_default()]),
        y: 0.001 * (place + 1) as f64,
        y_range: Some([0.0007 * (place + 1) as f64, 0.0014 * (place + 1) as f64]),
        is_bound: place == 4,
        group: range.group.clone(),
        told: String::new(),
        on_front: place == 4 || place == 1 || place == 0,
        label: range.name.clone(),
    });
    let scatter = Drawing::Points {
        x: axis("mean time until a crash is detected", Unit::Seconds, false),
        y: axis("share of time in which a living node is held dead", Unit::Share, false),
        points: points.collect(),
    };
    let rows = ranges.iter().map(|range| {
        let cell = |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.2}"));
        vec![range.name.clone(), cell(range.value), cell(range.low), cell(range.high), cell(range.theory)]
    });
    let rows = rows.collect();
    section(
        "Topologies side by side",
        "The same crashes, seen by each.",
        vec![
            chart(
                "Mean time until a crash is detected",
                "swim is fastest with 6.7 s, gossip slowest with 31 s.",
                Drawing::Ranges { x: axis("detection", Unit::Seconds, false), ranges },
            ),
            chart(
                "Detection against time wrongly held dead",
                "swim is fastest, central most often right.",
                scatter,
            ),
        ],
        table(&["topology", "detection, s", "low", "high", "theory"], rows, false),
    )
}

/// As of a sweep over 20 × 20 settings.
pub(crate) fn sweep() -> Page {
    Page {
        title: "Interval and timeout".into(),
        subtitle: "400 settings of one scenario, each simulated 50 times.".into(),
        headline: "With an interval of 500 ms and a timeout of 4 s a crash is detected after 4.25 s, and a living node \
                   is declared dead less than once in six days."
            .into(),
        facts: facts(&[("nodes", "100"), ("settings", "20 × 20"), ("replications", "50"), ("seed", "1")]),
        sections: vec![map(), scatter(), side_by_side()],
        foot: vec!["Made by hbsim 0.1.0: hbsim sweep interval-timeout --report report.html".into()],
    }
}
