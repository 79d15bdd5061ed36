//! Each good scenario is made worse in one place at a time: a key is taken out, an unknown one is put in, a value is
//! replaced by one of another type. Schema and reader must agree on what comes of it.

use std::collections::BTreeSet;
use std::path::Path;

use hbsim::document::Document;
use hbsim::scenario::Scenario;
use toml::{Table, Value};

use super::{files_in, schema, table_of, unseen};
use crate::program::project;

/// What was done to a scenario, at a path without the numbers of items.
type Change = (String, Value);

/// Whether the reader takes it for a scenario.
fn reads(folder: &Path, document: &Value) -> bool {
    let text = toml::to_string(document).expect("what was read can be written");
    Document::parse("changed.toml", &text).is_ok_and(|document| Scenario::read(&document, folder).is_ok())
}

/// All changes of the value, each as a document that is otherwise the same.
fn changes(value: &Value, path: &str, all: &mut Vec<Change>) {
    match value {
        Value::Table(table) => {
            for key in table.keys() {
                let mut without = table.clone();
                without.remove(key);
                all.push((format!("without {path}{key}"), Value::Table(without)));
            }
            let mut with_more = table.clone();
            with_more.insert("unheard_of".to_owned(), Value::Integer(1));
            all.push((format!("with another key in {path}"), Value::Table(with_more)));
            for (key, inner) in table {
                let mut deeper = Vec::new();
                changes(inner, &format!("{path}{key}."), &mut deeper);
                replace(inner, &format!("{path}{key}"), &mut deeper);
                all.extend(deeper.into_iter().map(|(change, new)| {
                    let mut changed = table.clone();
                    changed.insert(key.clone(), new);
                    (change, Value::Table(changed))
                }));
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let mut deeper = Vec::new();
                changes(item, path, &mut deeper);
                replace(item, &format!("{path}item"), &mut deeper);
                all.extend(deeper.into_iter().map(|(change, new)| {
                    let mut changed = items.clone();
                    changed[number] = new;
                    (change, Value::Array(changed))
                }));
            }
        }
        _ => {}
    }
}

/// Values of all other types instead of this one.
fn replace(value: &Value, path: &str, all: &mut Vec<Change>) {
    let others: [Value; 6] = [
        Value::Boolean(true),
        Value::Integer(-7),
        Value::Float(-0.5),
        Value::String("#".to_owned()),
        Value::Array(Vec::new()),
        Value::Table(Table::new()),
    ];
    for other in others {
        let both_numbers = matches!(
            (&other, value),
            (Value::Integer(_) | Value::Float(_), Value::Integer(_) | Value::Float(_))
        );
        if !other.same_type(value) && !both_numbers {
            all.push((format!("{} for {path}", other.type_str()), other));
        }
    }
}

#[test]
fn schema_and_reader_agree_on_every_change() {
    let folders = ["scenarios", "tests/rich"];
    let files = folders.iter().flat_map(|folder| files_in(&project().join(folder)));
    let (mut count, mut only_the_reader, mut only_the_schema) = (0, BTreeSet::new(), BTreeSet::new());
    for path in files.filter(|path| !path.components().any(|part| part.as_os_str() == "conditions")) {
        let table = table_of(&path);
        if table.contains_key("sweep") {
            continue;
        }
        let folder = path.parent().expect("a file is in a folder");
        let mut all = Vec::new();
        changes(&Value::Table(table), "", &mut all);
        count += all.len();
        for (change, document) in all {
            match (schema().allows(&document), reads(folder, &document)) {
                (true, false) => _ = only_the_reader.insert(change),
                (false, true) => _ = only_the_schema.insert(change),
                _ => {}
            }
        }
    }
    assert!(count > 5_000, "there are {count} changes");
    assert!(only_the_schema.is_empty(), "only the schema refuses {only_the_schema:#?}");
    let listed: BTreeSet<String> =
        unseen::CHANGES.iter().flat_map(|(_, changes)| changes.iter().copied()).map(str::to_owned).collect();
    let unlisted: Vec<_> = only_the_reader.difference(&listed).collect();
    let seen: Vec<_> = listed.difference(&only_the_reader).collect();
    assert!(
        unlisted.is_empty() && seen.is_empty(),
        "neither seen nor listed: {unlisted:#?}\nseen: {seen:#?}"
    );
}
