//! Holds a document against a schema, by those rules of JSON Schema (draft 7) that the schema uses. A keyword that is not
//! known here is a failure: it would be taken to hold.

use toml::{Table, Value};

use super::pattern;

/// A schema.
pub(super) struct Schema(pub(super) Value);

/// Keywords that say something to people only.
const REMARKS: [&str; 7] = ["$schema", "$id", "title", "description", "default", "definitions", "else"];

impl Schema {
    /// Whether the document is valid.
    pub(super) fn allows(&self, document: &Value) -> bool {
        self.holds(&self.0, document)
    }

    fn holds(&self, schema: &Value, value: &Value) -> bool {
        match schema {
            Value::Boolean(truth) => *truth,
            Value::Table(rules) => match rules.get("$ref") {
                // Whatever stands beside a reference is overlooked.
                Some(reference) => self.holds(self.definition(reference), value),
                None => rules.iter().all(|(keyword, rule)| self.fulfils(keyword, rule, rules, value)),
            },
            other => panic!("{other} is no schema"),
        }
    }

    fn definition(&self, reference: &Value) -> &Value {
        let name = reference.as_str().and_then(|path| path.strip_prefix("#/definitions/"));
        let found = name.and_then(|name| self.0.get("definitions")?.get(name));
        found.unwrap_or_else(|| panic!("{reference} leads somewhere"))
    }

    fn fulfils(&self, keyword: &str, rule: &Value, rules: &Table, value: &Value) -> bool {
        let all = || rule.as_array().expect("a list of schemas");
        match keyword {
            keyword if REMARKS.contains(&keyword) => true,
            "type" => is_of(value, text_of(rule)),
            "const" => value == rule,
            "enum" => all().contains(value),
            "anyOf" => all().iter().any(|schema| self.holds(schema, value)),
            "allOf" => all().iter().all(|schema| self.holds(schema, value)),
            "if" => match self.holds(rule, value) {
                true => rules.get("then").is_none_or(|then| self.holds(then, value)),
                false => rules.get("else").is_none_or(|otherwise| self.holds(otherwise, value)),
            },
            "then" => rules.contains_key("if"),
            _ => match value {
                Value::Table(table) => self.fulfils_of_table(keyword, rule, rules, table),
                _ => self.fulfils_of_value(keyword, rule, value),
            },
        }
    }

    fn fulfils_of_table(&self, keyword: &str, rule: &Value, rules: &Table, table: &Table) -> bool {
        let known = |key: &String| rules.get("properties").is_some_and(|known| known.get(key).is_some());
        match keyword {
            "properties" => rule
                .as_table()
                .expect("schemas by their keys")
                .iter()
                .all(|(key, schema)| table.get(key).is_none_or(|value| self.holds(schema, value))),
            "additionalProperties" => {
                table.iter().filter(|(key, _)| !known(key)).all(|(_, value)| self.holds(rule, value))
            }
            "propertyNames" => table.keys().all(|key| self.holds(rule, &Value::String(key.clone()))),
            "required" => texts_of(rule).all(|key| table.contains_key(key)),
            "dependencies" => rule.as_table().expect("keys by their keys").iter().all(|(key, others)| {
                !table.contains_key(key) || texts_of(others).all(|other| table.contains_key(other))
            }),
            "minProperties" => table.len() as f64 >= number_of(rule),
            "maxProperties" => table.len() as f64 <= number_of(rule),
            other => must_be_known(other),
        }
    }

    fn fulfils_of_value(&self, keyword: &str, rule: &Value, value: &Value) -> bool {
        let number = value.as_integer().map(|number| number as f64).or(value.as_float());
        let compare =
            |compare: fn(f64, f64) -> bool| number.is_none_or(|number| compare(number, number_of(rule)));
        let items = value.as_array();
        match keyword {
            "minimum" => compare(|number, bound| number >= bound),
            "maximum" => compare(|number, bound| number <= bound),
            "exclusiveMinimum" => compare(|number, bound| number > bound),
            "exclusiveMaximum" => compare(|number, bound| number < bound),
            "pattern" => value.as_str().is_none_or(|text| pattern::matches(text_of(rule), text)),
            "items" => items.is_none_or(|items| items.iter().all(|item| self.holds(rule, item))),
            "minItems" => items.is_none_or(|items| items.len() as f64 >= number_of(rule)),
            "maxItems" => items.is_none_or(|items| items.len() as f64 <= number_of(rule)),
            other => must_be_known(other),
        }
    }
}

/// What is about values of another sort holds of this one, if there is such a keyword at all.
fn must_be_known(keyword: &str) -> bool {
    const KNOWN: [&str; 15] = [
        "properties",
        "additionalProperties",
        "propertyNames",
        "required",
        "dependencies",
        "minProperties",
        "maxProperties",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "pattern",
        "items",
        "minItems",
        "maxItems",
    ];
    assert!(KNOWN.contains(&keyword), "the validator does not know `{keyword}`");
    true
}

/// Whether a value is of a type. A whole number is one however it is written: that is the rule of JSON Schema.
fn is_of(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_table(),
        "array" => value.is_array(),
        "string" => value.is_str(),
        "boolean" => value.is_bool(),
        "number" => value.is_integer() || value.is_float(),
        "integer" => value.is_integer() || value.as_float().is_some_and(|number| number.fract() == 0.0),
        other => panic!("there is no type {other}"),
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn texts_of(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().expect("a list").iter().map(text_of)
}

fn number_of(value: &Value) -> f64 {
    value.as_integer().map(|number| number as f64).or(value.as_float()).expect("a number")
}
