//! Pages of HTML: every verb that has results makes one, the same as is made of its folder; whatever a scenario calls
//! itself stays text; and what cannot be made leaves nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Said, hbsim, scratch};

/// Runs `hbsim` with these arguments, which must succeed.
fn done(arguments: &[&str]) -> Said {
    let said = hbsim(arguments);
    assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
    said
}

fn plain(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// Twelve nodes of which one crashes, on a network that loses every tenth message.
const SMALL: &str = "name = 'small'\nabout = 'Is it small?'\nnotice = 'It is.'\nduration = '3m'\nreplications = 4\n\
                     cluster.nodes = 12\ntopology = { kind = 'centralized', interval = '1s' }\n\
                     detector = { kind = 'timeout', timeout = '2500ms' }\nnetwork.loss = 0.1\n\
                     faults = [{ kind = 'crash', nodes = 'random:1', at = '2m' }]\n";

/// A folder with the small scenario in it.
fn folder_with_small(test: &str) -> (PathBuf, PathBuf) {
    let folder = scratch(test);
    let file = folder.join("small.toml");
    fs::write(&file, SMALL).expect("a file");
    (folder, file)
}

/// The page that a verb makes beside its folder, after it was compared with that of `hbsim report`.
fn page_both_ways(folder: &Path, arguments: &[&str]) -> String {
    let (out, at_once, later) = (folder.join("out"), folder.join("at-once.html"), folder.join("later.html"));
    let told = ["--quiet", "--out", plain(&out), "--report", plain(&at_once)];
    done(&[arguments, &told].concat());
    done(&["report", plain(&out), "-o", plain(&later)]);
    let page = fs::read_to_string(&at_once).expect("a page");
    assert!(page == fs::read_to_string(&later).expect("a page"), "{arguments:?}: not the same of the folder");
    let printed = done(&["report", plain(&out), "-o", "-"]).out;
    assert!(printed == page, "{arguments:?}: not the same on standard output");
    assert!(page.starts_with("<!doctype html>") && page.len() < 1_500_000, "{} bytes", page.len());
    for varies in ["finished_unix", "wall_s", "threads"] {
        assert!(!page.contains(varies), "nothing that varies is on it: {varies}");
    }
    page
}

/// All of these are on the page, in this order.
fn assert_told(page: &str, told: &[&str]) {
    let mut rest = page;
    for words in told {
        let place = rest.find(words).unwrap_or_else(|| panic!("{words} is not told, or not there"));
        rest = &rest[place + words.len()..];
    }
}

#[test]
fn a_run_has_a_page_that_its_folder_gives_again() {
    let (folder, file) = folder_with_small("reports-run");
    let page = page_both_ways(&folder, &["run", plain(&file), "--traffic"]);
    assert_told(
        &page,
        &[
            "small",
            "Is it small?",
            "A crash is known after",
            "What its author says",
            "Notice: It is.",
            "What was measured",
            "How soon a crash is known",
            "Wrong beliefs",
            "One run",
            "What became of nodes",
            "What it costs",
            "Messages over time",
            "Theory beside the simulation",
            "All values",
            "digest",
        ],
    );
    let changed = page_both_ways(&folder, &["run", plain(&file), "--set", "network.loss=0.2"]);
    assert!(!changed.contains("Notice: It is."), "it speaks of the scenario as it came");
    assert!(changed.contains("--set network.loss=0.2"), "the command that does it again");
}

#[test]
fn a_run_in_which_nothing_happened_has_a_page() {
    let (folder, file) = folder_with_small("reports-nothing");
    let page =
        page_both_ways(&folder, &["run", plain(&file), "--set", "faults=[]", "--set", "network.loss=0"]);
    assert_told(&page, &["No crash was counted", "No living node was declared dead; at 95 % confidence"]);
}

#[test]
fn files_that_a_scenario_names_are_told_in_the_same_way_of_its_folder() {
    let (folder, file) = folder_with_small("reports-files");
    fs::write(folder.join("ping.txt"), "10ms\n20ms\n30ms\n").expect("a file");
    let law = "network.latency={ kind = 'empirical', file = 'ping.txt' }";
    page_both_ways(&folder, &["run", plain(&file), "--set", law]);
}

#[test]
fn a_sweep_has_maps_and_a_front() {
    let (folder, file) = folder_with_small("reports-sweep");
    let axes = [
        "sweep",
        plain(&file),
        "--sweep",
        "topology.interval=500ms,1s,2s",
        "--sweep",
        "detector.timeout=2500ms,4s",
        "--sweep",
        "network.loss=0,0.1",
    ];
    let page = page_both_ways(&folder, &axes);
    assert_told(
        &page,
        &["of 12 settings", "interval × ", "Over ", "What detection costs in errors", "All settings", "12"],
    );
    let kept = folder.join("out/summary.csv");
    assert!(kept.is_file());
    // What is finished already has a page too.
    let again = folder.join("again.html");
    let more = ["--quiet", "--out", plain(&folder.join("out")), "--resume", "--report", plain(&again)]
        .map(str::to_owned);
    let more: Vec<&str> = more.iter().map(String::as_str).collect();
    done(&[&axes[..], &more].concat());
    assert!(fs::read_to_string(again).expect("a page") == page);
}

#[test]
fn a_merged_sweep_has_the_page_of_one_that_was_not_shared_out() {
    let (folder, file) = folder_with_small("reports-merge");
    let axes = ["sweep", plain(&file), "--sweep", "detector.timeout=2s,3s,4s", "--quiet"];
    let (whole, merged, parts) =
        (folder.join("whole.html"), folder.join("merged.html"), folder.join("parts"));
    done(&[&axes[..], &["--report", plain(&whole)]].concat());
    for shard in ["1/2", "2/2"] {
        done(&[&axes[..], &["--shard", shard, "--out", plain(&parts)]].concat());
    }
    done(&["merge", plain(&parts), "--quiet", "--report", plain(&merged)]);
    assert!(fs::read(whole).expect("a page") == fs::read(merged).expect("a page"));
}

#[test]
fn a_comparison_has_a_page_and_so_have_folders_of_runs() {
    let (folder, file) = folder_with_small("reports-compare");
    let other = folder.join("other.toml");
    fs::write(&other, SMALL.replace("'small'", "'other'").replace("2500ms", "4s")).expect("a file");
    let page = page_both_ways(&folder, &["compare", plain(&file), plain(&other)]);
    assert_told(
        &page,
        &["small and other", "Side by side", "What soon is worth", "Beside small", "All in figures"],
    );
    assert!(page.contains("later") && page.contains("The same 4 crashes in all"), "what sets them apart");
    let mut folders = Vec::new();
    for (name, file) in [("one", &file), ("two", &other)] {
        let out = folder.join(name);
        done(&["run", plain(file), "--quiet", "--out", plain(&out)]);
        folders.push(out);
    }
    let both = done(&["report", plain(&folders[0]), plain(&folders[1]), "-o", "-"]).out;
    let without_commands = |page: &str| -> Vec<String> {
        page.lines().filter(|line| !line.contains("hbsim ")).map(str::to_owned).collect()
    };
    assert_eq!(without_commands(&both), without_commands(&page), "whoever simulated them");
}

#[test]
fn conditions_have_a_page_case_by_case() {
    let (folder, file) = folder_with_small("reports-under");
    let conditions = folder.join("conditions.toml");
    fs::write(
        &conditions,
        "about = 'Two cases.'\n[set]\nreplications = 3\n[set_if_elected]\nseed = 7\n[cases.quiet]\n[cases.lossy]\n\
         'network.loss' = 0.3\n",
    )
    .expect("a file");
    let leader = ["compare", plain(&file), "leader-tight", "--under", plain(&conditions)];
    let page = page_both_ways(&folder, &leader);
    assert_told(
        &page,
        &["2 scenarios under the same conditions", "Two cases.", "quiet, lossy", "case by case"],
    );
    // The folder may be used again: all that is in it is known.
    page_both_ways(&folder, &leader);
    let stray = folder.join("out/records/mine.txt");
    fs::write(&stray, "mine").expect("a file");
    let said = hbsim(&[&leader[..], &["--quiet", "--out", plain(&folder.join("out"))]].concat());
    assert!(said.code == Some(3) && said.err.contains("records/mine.txt"), "{}", said.err);
    assert!(stray.is_file(), "what was put beside them is not lost");
}

#[test]
fn a_search_has_a_page_whether_or_not_anything_was_found() {
    let (folder, file) = folder_with_small("reports-tune");
    let search = ["tune", plain(&file), "--over", "detector.timeout=2s..8s", "--rounds", "1"];
    let goals = ["--detect", "p99 < 9s", "--mistakes", "< 1000/node-day"];
    let page = page_both_ways(&folder, &[&search[..], &goals].concat());
    assert_told(&page, &["Which setting of", "chosen: ", "What a goal costs", "All settings", "chosen"]);
    let (out, report) = (folder.join("none"), folder.join("none.html"));
    let impossible = ["--detect", "p99 < 10ms", "--quiet", "--out", plain(&out), "--report", plain(&report)];
    assert_eq!(hbsim(&[&search[..], &impossible].concat()).code, Some(1));
    let page = fs::read_to_string(&report).expect("a page");
    assert_told(&page, &["no setting that was tried meets the goal"]);
    assert!(done(&["report", plain(&out), "-o", "-"]).out == page);
}

/// Texts that would do something if they were taken for anything but text.
const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" onload=\"alert(3)";

#[test]
fn what_a_scenario_calls_itself_stays_text() {
    let folder = scratch("reports-hostile");
    let file = folder.join("hostile.toml");
    let text = format!(
        "name = '''{HOSTILE}'''\nabout = '''{HOSTILE} <!-- {{{{ }}}} '''\nnotice = '''<b>{HOSTILE}</b>'''\n\
         duration = '3m'\nreplications = 2\nnetwork.loss = 0.2\n\
         [cluster.regions]\n'''a\"'<i>&amp;</script>''' = 5\nb = 5\n\
         [topology]\nkind = 'hierarchical'\ninterval = '1s'\n[detector]\nkind = 'timeout'\ntimeout = '2500ms'\n\
         [[faults]]\nkind = 'crash'\nnodes = 'n1'\nat = '2m'\n"
    );
    fs::write(&file, text).expect("a file");
    let regions = hbsim(&["check", plain(&file)]);
    let file = if regions.code == Some(0) {
        file
    } else {
        // Regions may not be called so at all: then it is the other texts that matter.
        let text = fs::read_to_string(&file).expect("the file").replace("'''a\"'<i>&amp;</script>'''", "a");
        let milder = folder.join("milder.toml");
        fs::write(&milder, text).expect("a file");
        milder
    };
    let innocent = fs::read_to_string(&file).expect("the file").replace(HOSTILE, "harmless");
    let innocent_file = folder.join("innocent.toml");
    fs::write(&innocent_file, innocent).expect("a file");
    let page_of = |file: &Path| {
        let report = folder.join("page.html");
        done(&["run", plain(file), "--quiet", "--report", plain(&report)]);
        fs::read_to_string(report).expect("a page")
    };
    let (hostile, innocent) = (page_of(&file), page_of(&innocent_file));
    for tag in ["<script", "</script", "<img", "<b>", "<i>", "<!--"] {
        let count = |page: &str| page.matches(tag).count();
        assert_eq!(count(&hostile), count(&innocent), "{tag} comes from nobody but the page itself");
    }
    assert!(!hostile.contains("<script>alert(1)"));
    assert!(hostile.contains("&lt;script&gt;alert(1)"), "but it can be read");
    let compared = folder.join("compared.html");
    done(&["compare", plain(&file), plain(&innocent_file), "--quiet", "--report", plain(&compared)]);
    let compared = fs::read_to_string(compared).expect("a page");
    assert!(!compared.contains("<script>alert(1)") && !compared.contains("<img"));
}

#[test]
fn what_cannot_be_made_is_told_and_leaves_nothing() {
    let (folder, file) = folder_with_small("reports-failures");
    let out = folder.join("out");
    done(&["run", plain(&file), "--quiet", "--out", plain(&out)]);
    let report = folder.join("report.html");
    let before = || {
        let mut names: Vec<_> = fs::read_dir(&folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    let there = before();
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let said = hbsim(arguments);
        assert_eq!(said.code, Some(code), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(words) && said.out.is_empty(), "{arguments:?}: {}", said.err);
        assert!(said.err.contains("\n  = ") || code == 3, "what to do: {}", said.err);
        assert_eq!(before(), there, "{arguments:?} leaves nothing");
    };
    let nowhere = folder.join("nowhere");
    refused(&["report", plain(&nowhere), "-o", plain(&report)], 2, "nowhere is not there");
    refused(&["report", plain(&folder), "-o", plain(&report)], 2, "holds no results");
    refused(&["report", plain(&out), "-o", plain(&folder)], 3, "it is there, and no file");
    let inside = nowhere.join("report.html");
    refused(&["report", plain(&out), "-o", plain(&inside)], 3, "there is no such folder");
    refused(&["run", plain(&file), "--quiet", "--report", plain(&inside)], 3, "there is no such folder");
    refused(
        &["run", plain(&file), "--quiet", "--report", "-"],
        2,
        "standard output is where the result goes",
    );
    // Records that were damaged are no results.
    let records = out.join("records.part");
    let mut bytes = fs::read(&records).expect("the records");
    let whole = bytes.clone();
    let last = bytes.len() - 40;
    bytes[last] ^= 1;
    fs::write(&records, &bytes).expect("the records");
    assert_ne!(hbsim(&["report", plain(&out), "-o", plain(&report)]).code, Some(0));
    assert_eq!(before(), there);
    // Those of another engine are none of this one.
    let revision = format!("engine_revision = {}", hbsim::engine::ENGINE_REVISION);
    let place =
        whole.windows(revision.len()).position(|bytes| bytes == revision.as_bytes()).expect("the revision");
    let mut older = whole.clone();
    older[place + revision.len() - 1] ^= 1;
    fs::write(&records, &older).expect("the records");
    let said = hbsim(&["report", plain(&out), "-o", plain(&report)]);
    assert!(said.code == Some(2) || said.code == Some(3), "{}", said.err);
    assert_eq!(before(), there);
    // An earlier page gives way to the next one, and only to a whole one.
    fs::write(&records, &whole).expect("the records");
    fs::write(&report, "earlier").expect("a file");
    assert_eq!(hbsim(&["report", plain(&nowhere), "-o", plain(&report)]).code, Some(2));
    assert_eq!(fs::read_to_string(&report).expect("the page"), "earlier");
    done(&["report", plain(&out), "-o", plain(&report)]);
    assert!(fs::read_to_string(&report).expect("the page").starts_with("<!doctype html>"));
}

#[test]
fn the_page_of_many_crashes_and_mistakes_stays_small() {
    let folder = scratch("reports-size");
    let report = folder.join("report.html");
    // Twenty thousand crashes that come back, and mistakes by the ten thousand.
    let sets = [
        "duration=4h",
        "cluster.nodes=500",
        "network.loss=0.3",
        "detector.misses=2",
        "faults=[{ kind = 'crash', nodes = 'all', every = '6m', for = '1m' }]",
    ];
    let mut arguments = vec!["run", "first", "--replications", "2", "--quiet", "--report", plain(&report)];
    sets.iter().for_each(|set| arguments.extend(["--set", set]));
    let said = hbsim(&arguments);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let size = fs::metadata(&report).expect("a page").len();
    assert!(size < 1_000_000, "{size} bytes");
}
