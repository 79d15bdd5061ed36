//! Regular expressions, as far as the schema uses them: anything else is refused.

/// A part of a pattern.
enum Part {
    /// The beginning, and the end.
    Edge(char),
    /// A character of these, or of none of these.
    One { not: bool, ranges: Vec<(char, char)> },
    /// One of several ways to go on.
    Ways(Vec<Vec<Part>>),
    /// So many times.
    Times { least: usize, most: usize, part: Box<Part> },
}

/// Whether a text has a part that matches the pattern.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let mut rest: Vec<char> = pattern.chars().rev().collect();
    let ways = Part::Ways(ways(&mut rest));
    assert!(rest.is_empty(), "{pattern} is understood");
    let text: Vec<char> = text.chars().collect();
    (0..=text.len()).any(|start| go(&[&ways], &text, start, &mut |_| true))
}

/// Whether the parts match from `at` on, and what follows agrees to where they end.
fn go(parts: &[&Part], text: &[char], at: usize, then: &mut dyn FnMut(usize) -> bool) -> bool {
    let Some((first, rest)) = parts.split_first() else { return then(at) };
    let mut on = |next: usize| go(rest, text, next, then);
    match first {
        Part::Edge('^') => at == 0 && on(at),
        Part::Edge(_) => at == text.len() && on(at),
        Part::One { not, ranges } => text.get(at).is_some_and(|c| {
            ranges.iter().any(|(low, high)| (low..=high).contains(&c)) != *not && on(at + 1)
        }),
        Part::Ways(ways) => ways.iter().any(|way| go(&way.iter().collect::<Vec<_>>(), text, at, &mut on)),
        Part::Times { least, most, part } => repeat(part, *least, *most, text, at, &mut on),
    }
}

/// As often as it goes first, and then less often.
fn repeat(
    part: &Part,
    least: usize,
    most: usize,
    text: &[char],
    at: usize,
    then: &mut dyn FnMut(usize) -> bool,
) -> bool {
    let once_more = most > 0
        && go(&[part], text, at, &mut |next| {
            (next > at || least > 0) && repeat(part, least.saturating_sub(1), most - 1, text, next, then)
        });
    once_more || (least == 0 && then(at))
}

fn ways(rest: &mut Vec<char>) -> Vec<Vec<Part>> {
    let mut ways = vec![Vec::new()];
    while let Some(c) = rest.pop() {
        let way = ways.last_mut().expect("there is one");
        let part = match c {
            '|' => {
                ways.push(Vec::new());
                continue;
            }
            ')' => {
                rest.push(c);
                break;
            }
            '(' => {
                let inner = self::ways(rest);
                assert_eq!(rest.pop(), Some(')'));
                Part::Ways(inner)
            }
            '^' | '$' => Part::Edge(c),
            '[' => class(rest),
            '.' => Part::One { not: true, ranges: vec![('\n', '\n')] },
            '\\' => escaped(rest),
            '*' | '+' | '?' | '{' => {
                let (least, most) = match c {
                    '*' => (0, usize::MAX),
                    '+' => (1, usize::MAX),
                    '?' => (0, 1),
                    _ => counted(rest),
                };
                let part = Box::new(way.pop().expect("something is repeated"));
                Part::Times { least, most, part }
            }
            c => {
                assert!(!"]}".contains(c), "{c} stands for itself nowhere");
                Part::One { not: false, ranges: vec![(c, c)] }
            }
        };
        way.push(part);
    }
    ways
}

fn counted(rest: &mut Vec<char>) -> (usize, usize) {
    let mut text = String::new();
    while let Some(c) = rest.pop().filter(|c| *c != '}') {
        text.push(c);
    }
    let (least, most) = text.split_once(',').expect("two numbers");
    (least.parse().expect("a number"), most.parse().expect("a number"))
}

fn escaped(rest: &mut Vec<char>) -> Part {
    let spaces = vec![(' ', ' '), ('\t', '\r'), ('\u{a0}', '\u{a0}')];
    match rest.pop() {
        Some('s') => Part::One { not: false, ranges: spaces },
        Some('S') => Part::One { not: true, ranges: spaces },
        Some(c @ ('.' | '+' | '[' | '(' | ')')) => Part::One { not: false, ranges: vec![(c, c)] },
        other => panic!("\\{other:?} is understood"),
    }
}

fn class(rest: &mut Vec<char>) -> Part {
    let not = rest.pop_if(|c| *c == '^').is_some();
    let mut ranges = Vec::new();
    loop {
        let low = match rest.pop().expect("the class ends") {
            ']' => return Part::One { not, ranges },
            c => in_class(c, rest),
        };
        // A dash at an end stands for itself.
        if rest.last() == Some(&'-') && rest.get(rest.len().wrapping_sub(2)) != Some(&']') {
            rest.pop();
            let high = rest.pop().expect("a range ends");
            ranges.push((low, in_class(high, rest)));
        } else {
            ranges.push((low, low));
        }
    }
}

fn in_class(c: char, rest: &mut Vec<char>) -> char {
    if c != '\\' {
        return c;
    }
    match rest.pop() {
        Some('x') => {
            let digits: String = [rest.pop(), rest.pop()].into_iter().flatten().collect();
            u8::from_str_radix(&digits, 16).map(char::from).expect("two digits")
        }
        Some(c @ ('[' | ']' | '.')) => c,
        other => panic!("\\{other:?} is understood"),
    }
}

#[test]
fn patterns_match_as_they_do_everywhere() {
    for (pattern, text, is_match) in [
        (r"\S", "  a ", true),
        (r"\S", " \t ", false),
        ("^(a|bc)+$", "abcbca", true),
        ("^(a|bc)+$", "abcb", false),
        ("^[0-9]*[1-9][0-9]*$", "0010", true),
        ("^[0-9]*[1-9][0-9]*$", "000", false),
        (r"^a{1,3}$", "aaa", true),
        (r"^a{1,3}$", "aaaa", false),
        (r"^[^\x00-,]{1,64}$", "ü-1", true),
        (r"^[^\x00-,]{1,64}$", "a b", false),
        (r"^[+-]?\.5$", "-.5", true),
        (r"^c-.+-[0-9]+$", "c-a-b-12", true),
    ] {
        assert_eq!(matches(pattern, text), is_match, "{pattern} {text:?}");
    }
}
