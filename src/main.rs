use hbsim::document::Document;
use hbsim::experiment::*;
use hbsim::scenario::Scenario;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut d = Document::parse(&a[1], &std::fs::read_to_string(&a[1]).unwrap()).unwrap_or_else(|e| { eprintln!("{e}"); std::process::exit(2) });
    for s in &a[2..] { d.set(s).unwrap(); }
    let s = Scenario::read(&d, std::path::Path::new(".")).unwrap_or_else(|e| { eprintln!("{e}"); std::process::exit(2) });
    let sim = Simulation { scenario: &s, by_second: false };
    println!("{:?} {:?}", Forecast::of(&sim), sim.footprint());
    let m = Default::default();
    let mut recs = vec![];
    let t = std::time::Instant::now();
    replicate::<Interrupted>(sim, 1, &m, |r| { recs.push(r); Ok(()) }).unwrap();
    let el = t.elapsed().as_secs_f64();
    let sent: u64 = recs.iter().map(|r| r.sent()).sum();
    println!("{el} s, {} ns/beat, events {}", el * 1e9 / sent as f64, recs.iter().map(|r| r.events).sum::<u64>());
    for (n, e) in hbsim::measures::names().zip(hbsim::measures::summarise(&recs)) { println!("{n} {e:?}"); }
    println!("{}", std::fs::read_to_string("/proc/self/status").unwrap().lines().find(|l| l.starts_with("VmHWM")).unwrap());
}
