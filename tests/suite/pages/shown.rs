//! An output as a page shows it, of which lines are left out, beside the whole of it.

/// The line that stands for any others.
const LEFT_OUT: &str = "…";
/// What of a hundred two lines must have in common to be the same line with other figures.
const ALIKE: u32 = 40;
/// What two neighbours are worth that stay neighbours.
const TOGETHER: u32 = 15;

/// Whether a shown line is this one.
fn is_line(shown: &str, line: &str) -> bool {
    match shown.strip_suffix(" …") {
        Some(beginning) => line.starts_with(beginning) || line == shown,
        None => shown.trim_end() == line,
    }
}

/// Where a page first shows something else than there is, in words; `None` where it does not.
pub(super) fn first_difference(shown: &[String], lines: &[&str]) -> Option<String> {
    // How many of the lines may be accounted for, after each shown line: any of them after one that stands for others.
    let mut reached = vec![0];
    for (at, one) in shown.iter().enumerate() {
        reached = match one == LEFT_OUT {
            true => (reached[0]..=lines.len()).collect(),
            false => {
                let next = |so_far: &usize| lines.get(*so_far).is_some_and(|line| is_line(one, line));
                reached.iter().filter(|so_far| next(so_far)).map(|so_far| so_far + 1).collect()
            }
        };
        if reached.is_empty() {
            return Some(format!("there is no such line here (line {} of what is shown): {one}", at + 1));
        }
    }
    let is_all = reached.last() == Some(&lines.len());
    (!is_all).then(|| format!("more lines follow, the first of them: {}", lines[reached[reached.len() - 1]]))
}

/// What the page should show instead: the lines that are the same but for their figures, with as much left out as before.
/// All of it, if nothing of what is shown is there.
pub(super) fn rewritten(shown: &[String], lines: &[&str]) -> Vec<String> {
    let mut now: Vec<String> = Vec::new();
    let mut from = 0;
    let partners = partners(shown, lines);
    if partners.is_empty() {
        return lines.iter().map(|line| (*line).to_owned()).collect();
    }
    let mut is_left_out = false;
    for (one, at) in shown.iter().zip(0..) {
        if one == LEFT_OUT {
            is_left_out = true;
            continue;
        }
        let Some((_, partner)) = partners.iter().find(|(of, _)| *of == at) else { continue };
        now.extend(between(is_left_out, &lines[from..*partner]));
        now.push(shortened(one, lines[*partner]));
        (from, is_left_out) = (partner + 1, false);
    }
    now.extend(between(is_left_out, &lines[from..]));
    now
}

/// What is shown of the lines between two that are shown.
fn between(is_left_out: bool, lines: &[&str]) -> Vec<String> {
    match is_left_out && !lines.is_empty() {
        true => vec![LEFT_OUT.to_owned()],
        false => lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

/// A line, with its rest left out if that of the shown one is: as many words are shown as were.
fn shortened(shown: &str, line: &str) -> String {
    let Some(beginning) = shown.strip_suffix(" …") else { return line.to_owned() };
    let mut rest = line;
    for _ in beginning.split_whitespace() {
        rest = rest.trim_start();
        rest = &rest[rest.find(char::is_whitespace).unwrap_or(rest.len())..];
    }
    format!("{} …", &line[..line.len() - rest.len()])
}

/// Which line each shown one has become: pairs in order, so that they have as much in common as possible.
fn partners(shown: &[String], lines: &[&str]) -> Vec<(usize, usize)> {
    let width = lines.len() + 1;
    // The best for so many of both; and the best that ends with a pair of the last two.
    let mut best = vec![vec![0u32; width]; shown.len() + 1];
    let mut paired = vec![vec![0u32; width]; shown.len() + 1];
    for (at, one) in shown.iter().enumerate() {
        for (to, line) in lines.iter().enumerate() {
            let alike = if one == LEFT_OUT { 0 } else { likeness(one, line) };
            if alike > 0 {
                let before = paired[at][to];
                paired[at + 1][to + 1] =
                    alike + best[at][to].max(if before > 0 { before + TOGETHER } else { 0 });
            }
            best[at + 1][to + 1] = best[at + 1][to].max(best[at][to + 1]).max(paired[at + 1][to + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut at, mut to, mut is_bound) = (shown.len(), lines.len(), false);
    while at > 0 && to > 0 {
        if is_bound || best[at][to] == paired[at][to] && paired[at][to] > 0 {
            pairs.push((at - 1, to - 1));
            let before = paired[at - 1][to - 1];
            is_bound = before > 0 && before + TOGETHER > best[at - 1][to - 1];
            (at, to) = (at - 1, to - 1);
        } else if best[at][to] == best[at - 1][to] {
            at -= 1;
        } else {
            to -= 1;
        }
    }
    pairs.reverse();
    pairs
}

/// What two lines have in common, of a hundred; 0 if that is too little. A figure is a bit like any other.
fn likeness(shown: &str, line: &str) -> u32 {
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (mut one, mut other) = (words(shown), words(line));
    if shown.ends_with(" …") {
        one.pop();
        other.truncate(one.len());
    }
    if one.is_empty() || other.is_empty() {
        return u32::from(one.is_empty() && other.is_empty());
    }
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let mut common = vec![vec![0u32; other.len() + 1]; one.len() + 1];
    for (i, a) in one.iter().enumerate() {
        for (k, b) in other.iter().enumerate() {
            let alike = if a == b { 2 } else { u32::from(has_digit(a) && has_digit(b)) };
            common[i + 1][k + 1] = (common[i][k] + alike).max(common[i + 1][k]).max(common[i][k + 1]);
        }
    }
    let share = 100 * common[one.len()][other.len()] / (2 * one.len().max(other.len()) as u32);
    if share < ALIKE { 0 } else { share }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    fn agree(shown: &str, output: &str) -> bool {
        first_difference(&lines(shown), &output.lines().collect::<Vec<_>>()).is_none()
    }

    #[test]
    fn an_output_is_compared_line_by_line_but_for_what_is_left_out() {
        for (shown, output, as_it_is) in [
            ("a\nb", "a\nb", true),
            ("a\nb", "a\nc", false),
            ("a", "a\nb", false),
            ("a\nb", "a", false),
            ("", "", true),
            ("", "a", false),
            ("…", "", true),
            ("…", "a\nb", true),
            ("a\n…", "a\nb\nc", true),
            ("…\nc", "a\nb\nc", true),
            ("…\nb", "a\nb\nc", false),
            ("a\n…\nc\n…\ne", "a\nb\nc\nd\ne", true),
            ("a\n…\nc\n…\ne", "a\nc\ne", true),
            ("…\nx\ny\n…", "x\nx\ny", true), // The first x is not the one that is meant.
            ("…\ne\n…\nc", "a\nb\nc\nd\ne", false),
            ("one …", "one two three", true),
            ("one …", "two one", false),
            ("from 1 … 2", "from 1 … 2", true),
            ("from 1 … 2", "from 1 or 2", false),
        ] {
            assert_eq!(agree(shown, output), as_it_is, "{shown:?} of {output:?}");
        }
    }

    #[test]
    fn what_is_rewritten_leaves_out_what_was_left_out() {
        let output: Vec<&str> =
            "name     time\nfirst   2.5 s\nsecond   3 s\nthird   4 s\n\ndigest 77".lines().collect();
        for (shown, now) in [
            // Other figures, the same lines.
            ("name  time\n…\nsecond 9 s\n…\ndigest 1", "name     time\n…\nsecond   3 s\n…\ndigest 77"),
            // What is new between neighbours is shown, too.
            ("first 1 s\nthird 9 s\n…", "name     time\nfirst   2.5 s\nsecond   3 s\nthird   4 s\n…"),
            // What is gone is gone.
            ("…\nsecond 1 s\nnowhere to be found\n…", "…\nsecond   3 s\n…"),
            // The rest of a line stays left out.
            ("…\nfirst 2.4 …\n…", "…\nfirst   2.5 …\n…"),
            // Nothing is shown yet, or nothing is as it was.
            ("", "name     time\nfirst   2.5 s\nsecond   3 s\nthird   4 s\n\ndigest 77"),
            ("else", "name     time\nfirst   2.5 s\nsecond   3 s\nthird   4 s\n\ndigest 77"),
        ] {
            let now: Vec<String> = lines(now);
            assert_eq!(rewritten(&lines(shown), &output), now, "{shown:?}");
            assert_eq!(first_difference(&now, &output), None, "{shown:?}");
        }
    }
}
