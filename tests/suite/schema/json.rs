//! JSON, read into the values of TOML, so that a schema and what it is held against are of one sort. A schema holds no
//! `null`, and neither can TOML.

use std::iter::Peekable;
use std::str::Chars;

use toml::{Table, Value};

/// The value of a JSON text.
pub(super) fn read(text: &str) -> Value {
    let mut reader = Reader { rest: text.chars().peekable() };
    let value = reader.value();
    reader.skip();
    assert_eq!(reader.rest.next(), None, "nothing follows the value");
    value
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Reader<'_> {
    fn skip(&mut self) {
        while self.rest.next_if(|c| c.is_ascii_whitespace()).is_some() {}
    }

    fn peek(&mut self) -> char {
        self.skip();
        *self.rest.peek().expect("there is more")
    }

    fn take(&mut self, wanted: char) {
        self.skip();
        assert_eq!(self.rest.next(), Some(wanted));
    }

    fn value(&mut self) -> Value {
        match self.peek() {
            '{' => {
                let mut table = Table::new();
                self.listed('{', '}', |reader| {
                    let key = reader.text();
                    reader.take(':');
                    assert!(table.insert(key.clone(), reader.value()).is_none(), "{key} is there once");
                });
                Value::Table(table)
            }
            '[' => {
                let mut items = Vec::new();
                self.listed('[', ']', |reader| items.push(reader.value()));
                Value::Array(items)
            }
            '"' => Value::String(self.text()),
            _ => {
                let mut word = String::new();
                while let Some(c) = self.rest.next_if(|c| c.is_ascii_alphanumeric() || "+-.".contains(*c)) {
                    word.push(c);
                }
                match word.as_str() {
                    "true" => Value::Boolean(true),
                    "false" => Value::Boolean(false),
                    number => number.parse().map(Value::Integer).unwrap_or_else(|_| {
                        Value::Float(number.parse().unwrap_or_else(|_| panic!("{number} is a number")))
                    }),
                }
            }
        }
    }

    fn listed(&mut self, open: char, close: char, mut item: impl FnMut(&mut Self)) {
        self.take(open);
        while self.peek() != close {
            item(self);
            if self.peek() != close {
                self.take(',');
                assert_ne!(self.peek(), close, "nothing is missing after a comma");
            }
        }
        self.take(close);
    }

    fn text(&mut self) -> String {
        self.take('"');
        let mut text = String::new();
        loop {
            match self.rest.next().expect("the text ends") {
                '"' => return text,
                '\\' => text.push(match self.rest.next() {
                    Some('n') => '\n',
                    Some('u') => {
                        let digits: String = self.rest.by_ref().take(4).collect();
                        let code = u32::from_str_radix(&digits, 16).expect("four digits");
                        char::from_u32(code).expect("a character")
                    }
                    Some(c @ ('"' | '\\')) => c,
                    other => panic!("{other:?} is not written with a backslash"),
                }),
                c => {
                    assert!(!c.is_control(), "no control character stands for itself");
                    text.push(c);
                }
            }
        }
    }
}
