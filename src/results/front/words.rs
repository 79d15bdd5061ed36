//! What a search found, in sentences: what was chosen and how surely it will do, or which goal is in the way.

use std::fmt::Write as _;

use super::table::{length, often};
use crate::engine::time::Span;
use crate::figures::{seconds, short};
use crate::results::report::CAUSES;
use crate::tuning::{Doubts, Finding, Found, Goals, MistakesGoal, Status, Tried, nearest};

/// The goals.
pub(super) fn aims(goals: &Goals) -> String {
    let detection = goals.detection.as_ref().map(|goal| format!("detection {goal}"));
    let mistakes = goals.mistakes.map(|goal| format!("mistakes {goal}"));
    let goals: Vec<String> = detection.into_iter().chain(mistakes).collect();
    format!("for {} at least traffic", goals.join(" and "))
}

/// What is to be taken, or why nothing is.
pub(super) fn verdict(found: &Found, goals: &Goals, command: &str) -> String {
    match found.chosen {
        Some(chosen) => choice(found, &found.tried[chosen], goals),
        None => failure(found, goals, command),
    }
}

fn choice(found: &Found, chosen: &Tried, goals: &Goals) -> String {
    let mut text = format!("chosen: {}, {} messages/s\n", setting(found, chosen), short(chosen.messages));
    for line in standing(chosen, goals) {
        let _ = writeln!(text, "  {line}");
    }
    let missed = chosen.value("missed");
    if missed > 0.0 {
        let _ = writeln!(
            text,
            "  {} of {} crashes were over before anybody noticed; they count for no detection time",
            short(missed),
            short(chosen.value("crashes"))
        );
    }
    text.push_str(&sure(found, chosen));
    if let Some(knee) = found.knee.filter(|knee| found.chosen != Some(*knee)) {
        let knee = &found.tried[knee];
        let _ = writeln!(text, "knee: {}, {} messages/s", setting(found, knee), short(knee.messages));
    }
    text.push_str(&at_ends(found, "less traffic may do"));
    text
}

/// Where the chosen one leaves something open: the cheapest that does not, if there is one.
fn sure(found: &Found, chosen: &Tried) -> String {
    let is_sure = |one: &Tried| one.status() == Status::Met;
    match nearest(&found.tried, is_sure, |one| one.messages).filter(|_| !is_sure(chosen)) {
        Some(sure) => format!("for sure: {}, {} messages/s\n", setting(found, sure), short(sure.messages)),
        None => String::new(),
    }
}

/// How each goal stands, and by what that is judged.
fn standing(tried: &Tried, goals: &Goals) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(goal) = &goals.detection {
        let finding = &tried.detection;
        let after = if finding.value.is_nan() { "nobody crashed".to_owned() } else { length(finding) };
        let doubt = match goal.level() {
            Some(level) if level >= 1.0 => "; the longest seen never bounds the longest possible: use p999",
            _ => "",
        };
        lines.push(format!("detection {goal}: {}{doubt}", judged(finding, &after, tried.replications)));
    }
    if let Some(goal) = &goals.mistakes {
        let finding = &tried.mistakes;
        let seen = match finding.calculated {
            Some(rate) => format!("{} is calculated", goal.shown(rate)),
            None if finding.value == 0.0 => format!("none was seen, so at most {}", bound(finding, goal)),
            None => often(finding),
        };
        lines.push(format!("mistakes {goal}: {}", judged(finding, &seen, tried.replications)));
    }
    lines
}

fn bound(finding: &Finding, goal: &MistakesGoal) -> String {
    finding.interval.map_or("?".to_owned(), |interval| goal.shown(interval.high))
}

fn judged(finding: &Finding, seen: &str, replications: u32) -> String {
    let runs = |count: f64| if count == 1.0 { "1 run".to_owned() } else { format!("{} runs", short(count)) };
    let after = runs(f64::from(replications));
    match finding.status {
        Some(Status::Met) if finding.is_judged_by_calculation() => {
            format!("met; {seen}, which {after} cannot tell")
        }
        Some(Status::Met) => format!("met at 95 %; {seen} in {after}"),
        Some(Status::Missed) => format!("missed; {seen} in {after}"),
        Some(Status::Open) => match Doubts::about(finding, replications) {
            Doubts::Runs(count) => format!("OPEN; {seen} in {after}; about {} would tell", short(count)),
            _ => format!("OPEN; {seen} in {after}"),
        },
        None => seen.to_owned(),
    }
}

/// A setting as `--set` takes it.
fn setting(found: &Found, tried: &Tried) -> String {
    let pairs = found.columns.iter().zip(&tried.labels).filter(|(_, label)| !label.is_empty());
    pairs.map(|(column, label)| format!("{column} = {label}")).collect::<Vec<_>>().join(", ")
}

/// Which goal is in the way, and how near it came.
fn failure(found: &Found, goals: &Goals, command: &str) -> String {
    let tried = &found.tried;
    let in_time = |one: &Tried| goals.detection.is_some() && one.detection.excess() == 0.0;
    let few_enough = |one: &Tried| goals.mistakes.is_some() && one.mistakes.excess() == 0.0;
    let mut text = match (&goals.detection, &goals.mistakes) {
        (Some(_), Some(_)) => "no setting that was tried meets both goals\n".to_owned(),
        _ => "no setting that was tried meets the goal\n".to_owned(),
    };
    let (mut relaxed_time, mut relaxed_mistakes) = (None, None);
    if let Some(goal) = &goals.mistakes {
        let (whose, pool): (_, &dyn Fn(&Tried) -> bool) = match tried.iter().any(in_time) {
            true => ("of those that detect in time, the fewest mistakes are", &in_time),
            false => ("the fewest mistakes of all are", &|_| true),
        };
        if let Some(best) = nearest(tried, pool, |one| one.mistakes.expected()) {
            let _ = writeln!(
                text,
                "  {whose} {} (limit {}), with {}",
                goal.shown(best.mistakes.expected()),
                goal.shown(goal.limit),
                setting(found, best)
            );
            text.push_str(&cause(best));
            relaxed_mistakes = (tried.iter().any(in_time) || goals.detection.is_none())
                .then(|| goal.with_limit(above(best.mistakes.unfavourable())));
        }
    }
    if let Some(goal) = &goals.detection {
        let (whose, pool): (_, &dyn Fn(&Tried) -> bool) = match tried.iter().any(few_enough) {
            true => ("of those that make so few mistakes, the fastest", &few_enough),
            false => ("of all, the fastest", &|_| true),
        };
        if let Some(best) = nearest(tried, pool, |one| one.detection.expected()) {
            let when = match best.detection.value {
                f64::INFINITY => "never noticed a crash".to_owned(),
                value => format!("has a {} of {}", goal.statistic(), seconds(value)),
            };
            let _ = writeln!(text, "  {whose} {when} (limit {}), with {}", goal.limit, setting(found, best));
            let highest = best.detection.unfavourable();
            relaxed_time = (highest.is_finite()
                && (tried.iter().any(few_enough) || goals.mistakes.is_none()))
            .then(|| goal.with_limit(Span::from_nanos((above(highest) * 1e9) as u64)));
        }
    }
    text.push_str(&in_the_way(tried, goals, &in_time, &few_enough));
    let detect = |goal: &str| format!(" --detect \"{goal}\"");
    let mistakes = |goal: &str| format!(" --mistakes \"{goal}\"");
    let as_before = (
        goals.detection.as_ref().map_or(String::new(), |goal| detect(&goal.to_string())),
        goals.mistakes.map_or(String::new(), |goal| mistakes(&goal.to_string())),
    );
    let ways = [
        relaxed_time.map(|goal| format!("{}{}", detect(&goal), as_before.1)),
        relaxed_mistakes.map(|goal| format!("{}{}", as_before.0, mistakes(&goal))),
    ];
    let ways: Vec<String> = ways.into_iter().flatten().map(|way| format!("  {command}{way}\n")).collect();
    if !ways.is_empty() {
        let _ = write!(text, "what can be had, it seems:\n{}", ways.concat());
    }
    text.push_str(&at_ends(found, "other values may do better"));
    text
}

/// Which of the goals it is that fails.
fn in_the_way(
    tried: &[Tried],
    goals: &Goals,
    in_time: &dyn Fn(&Tried) -> bool,
    few_enough: &dyn Fn(&Tried) -> bool,
) -> String {
    if goals.detection.is_none() || goals.mistakes.is_none() {
        return String::new();
    }
    let text = match (tried.iter().any(in_time), tried.iter().any(few_enough)) {
        (true, true) => "each goal can be met, but not both at once",
        (true, false) => "mistakes are in the way: no setting makes so few",
        (false, true) => "detection is in the way: no setting is so fast",
        (false, false) => "neither goal can be met by itself",
    };
    format!("{text}\n")
}

/// A little more, with two significant digits.
fn above(value: f64) -> f64 {
    let scale = libm::exp10(libm::floor(libm::log10(value)) - 1.0);
    let rounded = (libm::floor(value / scale) + 1.0) * scale;
    // Without the digits that only binary fractions have.
    format!("{rounded:.3e}").parse().unwrap_or(rounded)
}

/// Why most mistakes were made, if any were, and what would help against that.
fn cause(tried: &Tried) -> String {
    let most = CAUSES.iter().map(|(words, name)| (words, name, tried.value(name)));
    let Some((words, name, count)) = most.max_by(|one, other| one.2.total_cmp(&other.2)) else {
        return String::new();
    };
    if count == 0.0 {
        return String::new();
    }
    let remedy = match *name {
        "mistakes_loss" => ": several monitors with a quorum, or several paths, are wrong less often",
        "mistakes_latency" | "mistakes_pause" => {
            ": a detector that learns, or confirm_after, bears what is late"
        }
        "mistakes_observer" => ": local_pause_guard lets an observer that stood still wait",
        "mistakes_overload" => ": more capacity, or fewer messages, leave no queue",
        "mistakes_partition" => ": no detector tells a cut path from a crash, several paths do",
        "mistakes_start_up" => ": a warmup leaves out what happens before the first beat",
        _ => "",
    };
    let share = 100.0 * count / tried.value("mistakes").max(1.0);
    format!("    {share:.0} % of these mistakes {words}{remedy}\n")
}

fn at_ends(found: &Found, promise: &str) -> String {
    let lines = found
        .at_ends
        .iter()
        .map(|path| format!("{path} is at the end of what was searched: {promise} beyond it\n"));
    lines.collect()
}

/// How much was simulated, and how much was not.
pub(super) fn effort(found: &Found) -> String {
    let tally = &found.tally;
    let counted = |count: u64, one: &str| match count {
        1 => format!("1 {one}"),
        _ => format!("{} {one}s", short(count as f64)),
    };
    let of_traffics = |traffics: u64, settings: u64| match tally.grid_traffics < tally.grid {
        true => format!("{} of {}", counted(settings, "setting"), counted(traffics, "traffic")),
        false => counted(settings, "setting"),
    };
    let mut text = format!(
        "\n{}, simulated in {} passes; a full grid as fine has {}\n",
        of_traffics(tally.traffics, found.tried.len() as u64),
        short(tally.passes as f64),
        of_traffics(tally.grid_traffics, tally.grid),
    );
    if tally.left_out > 0 {
        let count = short(tally.left_out as f64);
        let _ = writeln!(text, "{count} settings with more traffic than is needed were left out");
    }
    if let (count, Some(page)) = &tally.refused
        && *count > 0
    {
        let first = page.lines().next().unwrap_or_default();
        let what = if *count == 1 {
            "1 setting cannot be".to_owned()
        } else {
            format!("{} settings cannot be", short(*count as f64))
        };
        let _ = writeln!(text, "{what}; of the first: {first}");
    }
    if found.tried.iter().any(|tried| tried.replications < 10) {
        text.push_str("For intervals that can be trusted use --replications 10 or more.\n");
    }
    text
}

/// The comment on top of the chosen scenario: what it is, and which of its goals its runs cannot judge.
pub(super) fn preface(found: &Found, goals: &Goals, command: &str) -> String {
    let Some(chosen) = found.chosen.map(|chosen| &found.tried[chosen]) else { return String::new() };
    let mut text = format!("# Found by {command}\n");
    for line in standing(chosen, goals) {
        let _ = writeln!(text, "# {line}");
    }
    text
}
