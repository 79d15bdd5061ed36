//! Folding: what happens again and again is told once.

use std::collections::BTreeMap;

use crate::engine::time::Time;

/// A line of a story before it is folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) at: Time,
    /// Lines with the same key are alike. Empty: there is none like it.
    pub(super) key: String,
    /// What kind of thing happens in it.
    pub(super) class: Class,
    pub(super) text: String,
}

/// What kind of thing happens in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Unlike,
    Arrives,
    Heard,
    Late,
    Lost,
    Cut,
    Waits,
    Dropped,
    Nobody,
    HeldUp,
    Opinion,
    Office,
}

impl Class {
    /// Whether nothing is wrong in it.
    fn is_usual(self) -> bool {
        matches!(self, Class::Arrives | Class::Heard)
    }

    /// So many of them.
    fn count(self, number: usize) -> String {
        let (one, many) = match self {
            Class::Unlike => ("event", "events"),
            Class::Arrives => ("message that arrives", "messages that arrive"),
            Class::Heard => ("sign of life", "signs of life"),
            Class::Late => ("message long on its way", "messages long on their way"),
            Class::Lost => ("message that is lost", "messages that are lost"),
            Class::Cut => ("message that is cut off", "messages that are cut off"),
            Class::Waits => ("message that waits", "messages that wait"),
            Class::Dropped => ("message that is dropped", "messages that are dropped"),
            Class::Nobody => ("message that finds nobody", "messages that find nobody"),
            Class::HeldUp => ("thing left undone", "things left undone"),
            Class::Opinion => ("opinion of another", "opinions of others"),
            Class::Office => ("change of office", "changes of office"),
        };
        format!("{number} {}", if number == 1 { one } else { many })
    }
}

/// A line, or what stands for several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Folded {
    Line(Line),
    More {
        text: String,
        /// What it stands for.
        of: Vec<Class>,
        /// When the last of them happened.
        until: Option<Time>,
    },
}

/// The longest pattern of lines that is seen to come again and again.
const LONGEST_PATTERN: usize = 4;
/// How often a pattern must come before it is folded.
const LEAST_ROUNDS: usize = 4;

/// Folds lines that come again and again, then what is usual, until there are at most `most`.
pub(super) fn fold(lines: Vec<Line>, most: usize) -> Vec<Folded> {
    let mut folded = fold_patterns(lines);
    if folded.len() > most {
        folded = fold_runs(folded, |line| line.class.is_usual());
    }
    if folded.len() > most {
        folded = fold_runs(folded, |line| !line.key.is_empty());
    }
    let length = folded.len();
    if length > most {
        let head = most / 2;
        let tail = folded.split_off(length - (most - head - 1));
        folded.truncate(head);
        let text = format!("{} lines left out", length - most + 1);
        folded.push(Folded::More { text, of: Vec::new(), until: None });
        folded.extend(tail);
    }
    folded
}

fn fold_patterns(lines: Vec<Line>) -> Vec<Folded> {
    let mut folded = Vec::new();
    let mut place = 0;
    while place < lines.len() {
        let best = (1..=LONGEST_PATTERN)
            .map(|period| (period, rounds(&lines[place..], period)))
            .find(|(_, rounds)| *rounds >= LEAST_ROUNDS);
        let Some((period, rounds)) = best else {
            folded.push(Folded::Line(lines[place].clone()));
            place += 1;
            continue;
        };
        folded.extend(lines[place..place + period].iter().cloned().map(Folded::Line));
        let (more, end) = (rounds - 1, place + period * rounds);
        let text = match period {
            1 => format!("and {more} more like it"),
            _ => format!("and so on, {more} times more"),
        };
        let of = lines[place + period..end].iter().map(|line| line.class).collect();
        folded.push(Folded::More { text, of, until: Some(lines[end - 1].at) });
        place = end;
    }
    folded
}

/// How often in a row the first `period` lines come.
fn rounds(lines: &[Line], period: usize) -> usize {
    let Some(pattern) = lines.get(..period) else { return 0 };
    if pattern.iter().any(|line| line.key.is_empty()) {
        return 0;
    }
    let alike = |round: &&[Line]| round.iter().map(|line| &line.key).eq(pattern.iter().map(|line| &line.key));
    lines.chunks_exact(period).take_while(alike).count()
}

/// Makes one line of each run of more than two that are `needless`.
fn fold_runs(lines: Vec<Folded>, needless: impl Fn(&Line) -> bool) -> Vec<Folded> {
    let (mut folded, mut run): (Vec<Folded>, Vec<Folded>) = (Vec::new(), Vec::new());
    let close = |run: &mut Vec<Folded>, folded: &mut Vec<Folded>| {
        if run.len() <= 2 {
            return folded.append(run);
        }
        let mut counts: BTreeMap<Class, usize> = BTreeMap::new();
        let (mut last, mut all) = (None, Vec::new());
        for line in run.drain(..) {
            match line {
                Folded::Line(line) => {
                    all.push(line.class);
                    last = Some(line.at);
                }
                Folded::More { of, until, .. } => {
                    all.extend(of);
                    last = until.or(last);
                }
            }
        }
        all.iter().for_each(|class| *counts.entry(*class).or_default() += 1);
        let told: Vec<String> = counts.iter().map(|(class, count)| class.count(*count)).collect();
        folded.push(Folded::More { text: told.join(", "), of: all, until: last });
    };
    for line in lines {
        let goes_on = match &line {
            Folded::Line(line) => needless(line),
            Folded::More { .. } => !run.is_empty(),
        };
        if goes_on {
            run.push(line);
        } else {
            close(&mut run, &mut folded);
            folded.push(line);
        }
    }
    close(&mut run, &mut folded);
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One letter is one line: small letters are usual, `!` is like nothing else.
    fn lines(letters: &str) -> Vec<Line> {
        let line = |(place, letter): (usize, char)| Line {
            at: Time::from_nanos(place as u64),
            key: if letter == '!' { String::new() } else { letter.to_string() },
            class: if letter.is_lowercase() { Class::Arrives } else { Class::Lost },
            text: letter.to_string(),
        };
        letters.chars().enumerate().map(line).collect()
    }

    fn told(letters: &str, most: usize) -> String {
        let told = fold(lines(letters), most).into_iter().map(|folded| match folded {
            Folded::Line(line) => line.text,
            Folded::More { text, until, .. } => {
                format!("({text}{})", until.map_or(String::new(), |until| format!(" {}", until.nanos())))
            }
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_comes_again_and_again_is_told_once() {
        for (letters, expected) in [
            ("", ""),
            ("aaa", "a a a"),
            ("aaaa", "a (and 3 more like it 3)"),
            ("aaaaab", "a (and 4 more like it 4) b"),
            ("!!!!!", "! ! ! ! !"),
            ("abababab", "a b (and so on, 3 times more 7)"),
            ("xabcabcabcabcab", "x a b c (and so on, 3 times more 12) a b"),
            ("abab!abab", "a b a b ! a b a b"),
        ] {
            assert_eq!(told(letters, 60), expected, "{letters}");
        }
    }

    #[test]
    fn a_long_story_leaves_out_first_what_is_usual_and_last_the_middle() {
        assert_eq!(told("abcd!abdc!", 6), "(4 messages that arrive 3) ! (4 messages that arrive 8) !");
        assert_eq!(told("ABCD!ABDC!", 6), "(4 messages that are lost 3) ! (4 messages that are lost 8) !");
        assert_eq!(told("aBaaaaaaa!", 2), "(8 messages that arrive, 1 message that is lost 8) !");
        assert_eq!(told("!!!!!!!!!", 5), "! ! (5 lines left out) ! !");
    }
}
