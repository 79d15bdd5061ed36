//! From `[sweep]` and `--sweep` to axes, with every mistake told in its place.

use std::collections::BTreeSet;

use super::axis::{Axis, is_of_judges, normal};
use super::condition::Condition;
use super::{Sweep, cases, range};
use crate::document::{Complaints, Document, Entry, Kind, Origin, Value, printable, steps_of};

/// An axis as it was written.
struct Written {
    steps: Vec<String>,
    key: Origin,
    value: Value,
}

/// What a sweep is read for.
#[derive(Clone, Copy)]
pub(super) struct Purpose {
    /// The option of the command line that names an axis.
    pub(super) option: &'static str,
    /// How often what lies between two values of a range is halved, so that a search can go there.
    pub(super) halvings: u32,
}

/// How values are written, for those who wrote something else.
const EXAMPLE: &str = "write a list such as [\"1s\", \"2s\"], or a range such as \"1s..10s step 1s\"";

/// Takes the sweep out of `document`.
pub(super) fn take(
    document: &mut Document,
    sweeps: &[String],
    conditions: &[String],
    purpose: Purpose,
    complaints: &Complaints,
) -> Option<Sweep> {
    let table = document.take("sweep");
    let (mut written, mut wanted, mut named) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(Entry { key, value }) = &table {
        match &value.kind {
            Kind::Table(entries) => {
                let axes = entries.iter().filter(|(key, _)| !["where", "cases"].contains(&key.as_str()));
                collect(axes, &[], &mut written, complaints);
                if let Some(entry) = entries.get("where") {
                    read_where(&entry.value, document, &mut wanted, complaints);
                }
                if let Some(entry) = entries.get("cases") {
                    named = cases::read(entry, document, complaints);
                }
            }
            other => {
                let reason = format!("[sweep] must be a table, found {}", other.described());
                complaints.add(key, reason, Some("there is one of it: use single brackets".to_owned()));
            }
        }
    }
    // Keys of a table are kept by name; the order of the axes is that of the file.
    written.sort_by_key(|axis| match axis.value.origin {
        Origin::File { start, .. } => (0, start),
        _ => (1, 0),
    });
    keep_the_first(&mut written, complaints);
    sweeps.iter().for_each(|argument| add_argument(argument, purpose.option, &mut written, complaints));
    for argument in conditions {
        let origin = Origin::Argument(format!("--where {argument}").into());
        let value = Value { kind: Kind::Text(argument.clone()), origin };
        read_where(&value, document, &mut wanted, complaints);
    }
    let case = written.iter().position(|axis| axis.steps == [Axis::CASE]);
    if let Some(Written { key, value, .. }) = case.map(|case| written.remove(case)) {
        named = cases::picked(named, &key, &value, complaints);
    }
    if written.is_empty() && named.is_empty() && complaints.count() == 0 {
        let place = table.as_ref().map(|table| &table.key);
        if let Some(place) = place.or(wanted.first().map(|condition| &condition.value.origin)) {
            let remedy = "name a path and its values: \"topology.interval\" = [\"1s\", \"2s\"]";
            complaints.add(place, "nothing is swept", Some(remedy.to_owned()));
        }
    }
    complain_about_paths(&written, document, purpose.option, complaints);
    let axes: Vec<Axis> =
        written.into_iter().filter_map(|axis| axis.read(purpose.halvings, complaints)).collect();
    complain_about_overlaps(&axes, complaints);
    let axes = with_cases(named, axes, complaints);
    let places = product(&axes, table.as_ref(), complaints)?;
    Some(Sweep { axes, conditions: wanted, places })
}

/// The axes with that of the cases before them.
fn with_cases(named: Vec<cases::Case>, axes: Vec<Axis>, complaints: &Complaints) -> Vec<Axis> {
    let Some(first) = named.first() else { return axes };
    named.iter().for_each(|case| case.complain_about_axes(&axes, complaints));
    let key = first.key.clone();
    std::iter::once(Axis::of_cases(named, key)).chain(axes).collect()
}

/// Collects the axes of a table. A table in it is a longer path, whether in one line or in many.
fn collect<'a>(
    entries: impl IntoIterator<Item = (&'a String, &'a Entry)>,
    before: &[String],
    written: &mut Vec<Written>,
    complaints: &Complaints,
) {
    for (key, entry) in entries {
        let path = [before, std::slice::from_ref(key)].concat().join(".");
        let steps = match steps_of(&path) {
            Ok(steps) => steps,
            Err(reason) => {
                complaints.add(&entry.key, reason, None);
                continue;
            }
        };
        match &entry.value.kind {
            Kind::Table(inner) if !inner.is_empty() => collect(inner, &steps, written, complaints),
            _ => written.push(Written { steps, key: entry.key.clone(), value: entry.value.clone() }),
        }
    }
}

/// Complains about paths that are written a second time.
fn keep_the_first(written: &mut Vec<Written>, complaints: &Complaints) {
    let mut known = BTreeSet::new();
    written.retain(|axis| {
        let is_new = known.insert(axis.steps.clone());
        if !is_new {
            let reason = format!("`{}` is swept twice", printable(&axis.steps.join(".")));
            complaints.add(&axis.key, reason, Some("put all its values into one list".to_owned()));
        }
        is_new
    });
}

/// Reads one condition, or a list of them.
fn read_where(value: &Value, document: &Document, wanted: &mut Vec<Condition>, complaints: &Complaints) {
    match &value.kind {
        Kind::Text(text) => match Condition::parse(value, text) {
            Ok(condition) => wanted.push(condition),
            Err(wrong) => complaints.add(&document.within(value, &wrong.part), wrong.reason, wrong.remedy),
        },
        Kind::List(items)
            if !items.is_empty() && items.iter().all(|item| matches!(item.kind, Kind::Text(_))) =>
        {
            items.iter().for_each(|item| read_where(item, document, wanted, complaints));
        }
        other => {
            let reason = format!("expected a condition in quotes, found {}", other.described());
            let remedy = "write where = \"detector.timeout >= 2 * topology.interval\", or a list of such";
            complaints.add(&value.origin, reason, Some(remedy.to_owned()));
        }
    }
}

/// Adds what an argument `path=values` says, or replaces the axis of that path.
fn add_argument(argument: &str, option: &str, written: &mut Vec<Written>, complaints: &Complaints) {
    let key = Origin::Argument(format!("{option} {argument}").into());
    let Some((path, text)) = argument.split_once('=') else {
        let remedy = format!("write {option} path=values, such as {option} topology.interval=1s,2s,5s");
        return complaints.add(&key, "there is no `=`", Some(remedy));
    };
    match steps_of(path).and_then(|steps| Ok((steps, values_of_argument(text, &key)?))) {
        Err(reason) => complaints.add(&key, reason, None),
        Ok((steps, value)) => {
            let axis = Written { steps, key, value };
            match written.iter_mut().find(|other| other.steps == axis.steps) {
                Some(other) => *other = axis,
                None => written.push(axis),
            }
        }
    }
}

/// The values in an argument: a TOML list, a range, or plain values with commas between them.
fn values_of_argument(text: &str, origin: &Origin) -> Result<Value, String> {
    let value = Value::from_argument(text, origin)?;
    let listed = |items| Ok(Value { kind: Kind::List(items), origin: origin.clone() });
    match &value.kind {
        Kind::List(_) => Ok(value),
        // What stood in quotes is a text of TOML, as it would be in the file.
        Kind::Text(bare) if bare == text.trim() && (bare.contains(',') || !bare.contains("..")) => {
            if bare.split(',').any(|item| item.trim().is_empty()) {
                return Err("a value is missing: between two commas, or at an end".to_owned());
            }
            let items: Result<Vec<Value>, String> =
                bare.split(',').map(|item| Value::from_argument(item, origin)).collect();
            listed(items?)
        }
        Kind::Text(_) => Ok(value),
        Kind::Table(_) => Err(format!("this is one table; {EXAMPLE}")),
        _ => listed(vec![value]),
    }
}

/// Complains about axes that cannot be, whatever their values.
fn complain_about_paths(written: &[Written], document: &Document, option: &str, complaints: &Complaints) {
    if let Some(axis) = written.get(Sweep::MOST_AXES) {
        let reason = format!("{} axes are more than {}", written.len(), Sweep::MOST_AXES);
        complaints.add(&axis.key, reason, Some("sweep fewer at once".to_owned()));
    }
    for Written { steps, key, .. } in written {
        let path = printable(&steps.join("."));
        if steps[0] == "sweep" {
            let remedy = "name a key of the scenario, such as topology.interval";
            complaints.add(key, "a sweep cannot sweep itself", Some(remedy.to_owned()));
        } else if let Some(argument) = document.root().at(steps).and_then(said_by) {
            let reason = format!("`{}` would change nothing: `{path}` is swept", printable(argument));
            let remedy = format!("for one value of it, write {option} {path}=VALUE");
            complaints.add(key, reason, Some(remedy));
        }
    }
}

/// The argument of the command line that says anything of `value`.
pub(super) fn said_by(value: &Value) -> Option<&str> {
    match (&value.origin, &value.kind) {
        (Origin::Argument(argument), _) => Some(argument),
        (_, Kind::Table(entries)) => entries.values().find_map(|entry| said_by(&entry.value)),
        (_, Kind::List(items)) => items.iter().find_map(said_by),
        _ => None,
    }
}

impl Written {
    /// The axis, if its values can be read and are few enough, at least one, and all different.
    fn read(self, halvings: u32, complaints: &Complaints) -> Option<Axis> {
        let Written { steps, key, value } = self;
        let origin = value.origin.clone();
        let refuse = |origin: &Origin, reason: String, remedy: String| -> Option<Axis> {
            complaints.add(origin, reason, Some(remedy));
            None
        };
        let (values, stride) = match value.kind {
            Kind::List(items) => (items, 1),
            Kind::Text(text) => match range::values(&text, halvings_of(&steps, halvings)) {
                Ok(range::Values { kinds, stride }) => {
                    let placed = kinds.into_iter().map(|kind| Value { kind, origin: origin.clone() });
                    (placed.collect(), stride)
                }
                Err((reason, remedy)) => return refuse(&origin, reason, remedy),
            },
            other => {
                let reason = format!("expected values to sweep, found {}", other.described());
                return refuse(&origin, reason, EXAMPLE.to_owned());
            }
        };
        if values.is_empty() {
            return refuse(&origin, "there are no values".to_owned(), EXAMPLE.to_owned());
        }
        if values.len() > Sweep::MOST_VALUES {
            let reason = format!("{} values are more than {}", values.len(), Sweep::MOST_VALUES);
            return refuse(&origin, reason, "sweep fewer of them".to_owned());
        }
        let mut known = BTreeSet::new();
        if let Some(twice) = values.iter().find(|value| !known.insert(normal(&value.kind).to_string())) {
            let reason = format!("{} is there twice", printable(&twice.kind.to_string()));
            return refuse(&twice.origin, reason, "every value of an axis is another one".to_owned());
        }
        Some(Axis::new(steps, key, values, stride))
    }
}

/// How often the ranges of an axis are halved. A search goes farther where another value costs little.
fn halvings_of(steps: &[String], halvings: u32) -> u32 {
    const FARTHER: u32 = 2;
    if halvings > 0 && is_of_judges(steps) { halvings + FARTHER } else { halvings }
}

/// Complains about axes of which one would overwrite what another says.
fn complain_about_overlaps(axes: &[Axis], complaints: &Complaints) {
    for whole in axes {
        for part in axes {
            let Some(inner) = part.steps().strip_prefix(whole.steps()).filter(|inner| !inner.is_empty())
            else {
                continue;
            };
            if whole.values.iter().any(|value| value.at(inner).is_some()) {
                let (part_path, whole_path) = (printable(&part.path), printable(&whole.path));
                let reason = format!("`{part_path}` is swept by itself and in values of `{whole_path}`");
                complaints.add(&part.key, reason, Some("keep one of the two".to_owned()));
            }
        }
    }
}

/// How many combinations there are.
fn product(axes: &[Axis], table: Option<&Entry>, complaints: &Complaints) -> Option<u64> {
    let counts = axes.iter().map(|axis| axis.values.len() as u64);
    let places = counts.clone().try_fold(1u64, u64::checked_mul);
    if let Some(places) = places.filter(|places| *places <= Sweep::MOST_PLACES) {
        return Some(places);
    }
    let factors = counts.map(|count| count.to_string()).collect::<Vec<_>>().join(" × ");
    let reason = format!("{factors} combinations are more than {}", Sweep::MOST_PLACES);
    let origin = table.map_or(&Origin::Whole, |table| &table.key);
    complaints.add(origin, reason, Some("sweep fewer values, or fewer keys at once".to_owned()));
    None
}
