//! The tables, as Markdown.

use super::{Cost, Costs, Expected, HBSIM, Program, Size, Target, Workload};

pub fn print_head_of_check(workload: &Workload) {
    println!("## {}: do the programs agree?\n", workload.title);
    let heads: Vec<&str> = workload.figures.iter().map(|figure| figure.head).collect();
    println!("| nodes | seconds | program | {} | |", heads.join(" | "));
    println!("|---|---|---|---|{}", "---|".repeat(heads.len()));
}

pub fn print_figures(workload: &Workload, size: Size, program: &str, figures: &[Option<f64>], agrees: bool) {
    let cells = workload
        .figures
        .iter()
        .zip(figures)
        .map(|(of, figure)| figure.map_or("–".into(), |value| format!("{value:.*}", of.decimals)));
    print_row_of_check(size, program, cells, if agrees { "agrees" } else { "DISAGREES" });
}

pub fn print_failure(workload: &Workload, size: Size, program: &str) {
    print_row_of_check(size, program, workload.figures.iter().map(|_| "–".into()), "FAILED");
}

pub fn print_expected(workload: &Workload, size: Size, expected: &[Expected]) {
    let cells = workload
        .figures
        .iter()
        .zip(expected)
        .map(|(of, expected)| format!("{:.*}", of.decimals, expected.mean));
    print_row_of_check(size, "*expected*", cells, "");
}

fn print_row_of_check(size: Size, program: &str, cells: impl Iterator<Item = String>, verdict: &str) {
    let cells: Vec<String> = cells.collect();
    println!("| {} | {} | {program} | {} | {verdict} |", size.nodes, size.seconds, cells.join(" | "));
}

pub fn print_costs(workload: &Workload, programs: &[Program], sizes: &[Size], costs: &Costs) {
    let Workload { title, unit, .. } = workload;
    let print = |what: &str, decimals: usize, of: fn(&Cost) -> f64| {
        println!("\n## {title}: {what}\n");
        let heads: Vec<String> = sizes.iter().map(|size| format!("N = {}", size.nodes)).collect();
        println!("| | {} |", heads.join(" | "));
        println!("|---|{}", "---|".repeat(sizes.len()));
        for program in programs {
            let cell = |size: &Size| {
                costs
                    .get(&(program.name(), size.nodes))
                    .map_or("–".into(), |cost| format!("{:.decimals$}", of(cost)))
            };
            let cells: Vec<String> = sizes.iter().map(cell).collect();
            println!("| {} | {} |", program.name(), cells.join(" | "));
        }
    };
    print(&format!("nanoseconds of processor time per {unit}"), 0, |cost| cost.ns_per_unit);
    print("seconds of processor time", 2, |cost| cost.seconds);
    print("peak memory, bytes per node", 0, |cost| cost.bytes_per_node);
}

/// A target for which something was not measured has no line.
pub fn print_targets(workload: &Workload, costs: &Costs) {
    let lines: Vec<String> =
        workload.targets.iter().filter_map(|target| line_of_target(target, workload, costs)).collect();
    println!("\n## {}: targets\n", workload.title);
    if lines.is_empty() {
        println!("None is set for what was measured.");
        return;
    }
    println!("| what | nodes | reached | target | |");
    println!("|---|---|---|---|---|");
    for line in lines {
        println!("{line}");
    }
}

fn line_of_target(target: &Target, workload: &Workload, costs: &Costs) -> Option<String> {
    let cost = |program, nodes| costs.get(&(program, nodes));
    let (what, nodes, reached, asked, met) = match *target {
        Target::Faster { than, nodes, times } => {
            let faster = cost(than, nodes)?.ns_per_unit / cost(HBSIM, nodes)?.ns_per_unit;
            (format!("times faster than {than}"), nodes, faster, times, faster >= times)
        }
        Target::Growth { nodes, times } => {
            let smallest = workload.sizes.first()?.nodes;
            let growth = cost(HBSIM, nodes)?.ns_per_unit / cost(HBSIM, smallest)?.ns_per_unit;
            let what = format!("cost of a {}, times that at {smallest} nodes", workload.unit);
            (what, nodes, growth, times, growth <= times)
        }
        Target::Memory { nodes, bytes } => {
            let reached = cost(HBSIM, nodes)?.bytes_per_node;
            ("peak memory, bytes per node".into(), nodes, reached, bytes, reached <= bytes)
        }
    };
    let verdict = if met { "pass" } else { "FAIL" };
    Some(format!("| {what} | {nodes} | {reached:.1} | {asked:.1} | {verdict} |"))
}
