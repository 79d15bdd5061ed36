//! What each format reads from a file, and what it says of a line that is wrong.

use super::reading::{Measured, Wrong};
use super::{Column, Empirical, Format, Unit};
use crate::document::{Complaints, Document, Shelf, Stock, read_table};

/// The values in nanoseconds, and how many of them are only known to be below a millisecond.
fn values(format: Format, text: &str) -> Result<(Vec<u64>, usize), String> {
    told(format.values_in("log", text, None, None))
}

fn told(read: Result<Measured, Wrong>) -> Result<(Vec<u64>, usize), String> {
    let read = read.map(|read| (read.values.iter().map(|value| value.nanos()).collect(), read.tiny));
    read.map_err(|Wrong { key, reason, remedy }| format!("{key}: {reason} = {remedy}"))
}

fn in_column(format: Format, text: &str, column: Column) -> Result<Vec<u64>, String> {
    told(format.values_in("log", text, Some(&column), Some(Unit::Us))).map(|(values, _)| values)
}

/// What a law with these keys says of itself, where the file `log` holds `text`.
fn law(text: &'static str, keys: &str) -> Result<String, String> {
    let files: &'static [(&str, &str)] = Box::leak(Box::new([("log", text)]));
    let keys = format!("kind = \"empirical\"\nfile = \"log\"\n{keys}");
    let document = Document::parse("test.toml", &keys)?;
    let complaints = Complaints::default();
    let shelf = Shelf::from(Stock::shipped(files));
    let law = read_table(document.root(), "latency", &complaints, |table| {
        let _ = table.kind("latency", &["empirical"]);
        Empirical::read(table, &shelf)
    });
    match law {
        Some(law) if complaints.count() == 0 => Ok(law.to_string()),
        _ => Err(document.render(complaints)),
    }
}

#[test]
fn the_times_of_replies_are_read_from_what_any_ping_prints() {
    for (system, text, (nanos, tiny)) in [
        (
            "Linux",
            "PING a.example (192.0.2.1) 56(84) bytes of data.\n\
             64 bytes from 192.0.2.1: icmp_seq=1 ttl=57 time=0.345 ms\n\
             64 bytes from 192.0.2.1: icmp_seq=2 ttl=57 time=12.3 ms\n\
             64 bytes from 192.0.2.1: icmp_seq=2 ttl=57 time=12.9 ms (DUP!)\n\
             no answer yet for icmp_seq=3\n\
             From 198.51.100.1 icmp_seq=4 Destination Host Unreachable\n\
             [1715930000.123456] 64 bytes from a.example (192.0.2.1): icmp_seq=5 ttl=57 time=1034 ms\n\
             \n--- a.example ping statistics ---\n\
             5 packets transmitted, 3 received, +1 duplicates, 40% packet loss, time 4005ms\n\
             rtt min/avg/max/mdev = 0.345/348.881/1034.000/484.454 ms, pipe 2\n",
            (&[345_000, 12_300_000, 1_034_000_000][..], 0),
        ),
        (
            "macOS",
            "PING a.example (192.0.2.1): 56 data bytes\n\
             64 bytes from 192.0.2.1: icmp_seq=0 ttl=57 time=12.345 ms\n\
             Request timeout for icmp_seq 1\n\
             92 bytes from 198.51.100.1: Destination Host Unreachable\n\
             64 bytes from 192.0.2.1: icmp_seq=3 ttl=57 time=8.001 ms\n\
             4 packets transmitted, 2 packets received, 50.0% packet loss\n\
             round-trip min/avg/max/stddev = 8.001/10.173/12.345/2.172 ms\n",
            (&[12_345_000, 8_001_000], 0),
        ),
        (
            "Windows",
            "\r\nPinging a.example [192.0.2.1] with 32 bytes of data:\r\n\
             Reply from 192.0.2.1: bytes=32 time=12ms TTL=57\r\n\
             Reply from 192.0.2.1: bytes=32 time<1ms TTL=57\r\n\
             Request timed out.\r\n\
             Reply from 198.51.100.1: Destination host unreachable.\r\n\
             Approximate round trip times in milli-seconds:\r\n    Minimum = 0ms, Maximum = 12ms, Average = 6ms\r\n",
            (&[12_000_000, 500_000], 1),
        ),
        ("busybox", "64 bytes from 192.0.2.1: seq=0 ttl=57 time=9.876 ms\n", (&[9_876_000], 0)),
        (
            "remarks",
            "# 64 bytes from here: seq=0 time=x\n64 bytes from a: seq=0 time=1 ms",
            (&[1_000_000], 0),
        ),
    ] {
        assert_eq!(values(Format::Ping, text), Ok((nanos.to_vec(), tiny)), "{system}");
    }
}

#[test]
fn a_reply_that_cannot_be_read_is_told_with_its_line() {
    for (text, told) in [
        ("", "file: log holds no replies of a ping"),
        ("Request timed out.\n12.3\n", "file: log holds no replies of a ping"),
        ("Antwort von 192.0.2.1: Bytes=32 Zeit=12ms TTL=57\n", "file: log holds no replies of a ping"),
        (
            "\n64 bytes from a: icmp_seq=1 ttl=9 time=12.3",
            "line 2 of log: `time=12.3` is not the time of a reply",
        ),
        ("64 bytes from a: icmp_seq=1 ttl=9 time=12.3 m", "line 1 of log: `time=12.3 m` is not the time"),
        ("64 bytes from a: icmp_seq=1 ttl=9 time=", "`time=` is not the time of a reply"),
        ("64 bytes from a: icmp_seq=1 ttl=9 time=-3 ms", "`time=-3 ms` is not the time of a reply"),
        ("64 bytes from a: icmp_seq=1 ttl=9 time=1,5 ms", "`time=1,5 ms` is not the time of a reply"),
        ("64 bytes from a: icmp_seq=1 ttl=9 time=1.2.3 ms", "is not the time of a reply"),
        ("64 bytes from a: icmp_seq=1 ttl=9 ti", "is a reply without a time = if the line was cut short"),
        (
            "8 bytes from a: icmp_seq=1 ttl=9\n",
            "`8 bytes from a: icmp_seq=1 ttl=9` is a reply without a time",
        ),
    ] {
        let said = values(Format::Ping, text).expect_err(text);
        assert!(said.contains(told), "expected {told} in {said}");
    }
}

#[test]
fn each_pause_of_a_log_is_taken_once() {
    for (what, text, nanos) in [
        (
            "G1",
            "[0.012s][info][gc] Using G1\n\
             [12.345s][info][gc] GC(7) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 3.456ms\n\
             [13.001s][info][gc] GC(8) Concurrent Mark Cycle\n\
             [13.101s][info][gc] GC(8) Pause Remark 9M->9M(256M) 1.200ms\n\
             [13.151s][info][gc] GC(8) Pause Cleanup 9M->9M(256M) 0.051ms\n\
             [13.152s][info][gc] GC(8) Concurrent Mark Cycle 151.033ms\n",
            &[3_456_000, 1_200_000, 51_000][..],
        ),
        (
            "G1 with all tags",
            "[2024-05-17T10:00:00.123+0000][12.341s][info][gc,start     ] GC(7) Pause Young (Normal) (G1 Evacuation Pause)\n\
             [2024-05-17T10:00:00.126+0000][12.344s][info][gc,phases    ] GC(7)   Evacuate Collection Set: 2.1ms\n\
             [2024-05-17T10:00:00.126+0000][12.344s][info][gc,heap      ] GC(7) Eden regions: 20->0(20)\n\
             [2024-05-17T10:00:00.126+0000][12.345s][info][gc           ] GC(7) Pause Young (Normal) (G1 Evacuation Pause) 24M->4M(256M) 3.456ms\n\
             [2024-05-17T10:00:00.126+0000][12.345s][info][gc,cpu       ] GC(7) User=0.01s Sys=0.00s Real=0.00s\n",
            &[3_456_000],
        ),
        (
            "told twice, under two settings",
            "[1.5s][info][gc] GC(0) Pause Full (System.gc()) 9M->1M(9M) 7.5ms\n\
             [1.5s][info][gc      ] GC(0) Pause Full (System.gc()) 9M->1M(9M) 7.5ms\n\
             [2.5s][info][gc] GC(0) Pause Full (System.gc()) 9M->1M(9M) 7.5ms\n",
            &[7_500_000, 7_500_000],
        ),
        (
            "ZGC",
            "[0.9s][info][gc,phases] GC(0) Pause Mark Start 0.008ms\n\
             [0.9s][info][gc,phases] GC(0) Concurrent Mark 12.3ms\n\
             [1.0s][info][gc,phases] GC(1) y: Pause Mark End 0.011ms\n",
            &[8_000, 11_000],
        ),
        ("no decorations", "GC(0) Pause Young (Allocation Failure) 32M->5M(123M) 5,250ms\r\n", &[5_250_000]),
        ("seconds", "[1s][gc] GC(0) Pause Full (Ergonomics) 1M->1M(2M) 1.5s", &[1_500_000_000]),
    ] {
        assert_eq!(values(Format::JvmGc, text), Ok((nanos.to_vec(), 0)), "{what}");
    }
}

#[test]
fn a_pause_that_cannot_be_read_is_told_with_its_line() {
    for (text, told) in [
        ("", "file: log holds no pauses = it needs lines of -Xlog:gc"),
        ("[1s][info][gc,start] GC(0) Pause Full (System.gc())\n", "log holds no pauses"),
        ("2024-05-17: 1.2: [GC pause (G1 Evacuation Pause) (young), 0.0034 secs]\n", "log holds no pauses"),
        (
            "\n[1s][info][gc] GC(0) Pause Full 1M->1M(2M) 3.4",
            "line 2 of log: `3.4` is not the time of a pause",
        ),
        ("[1s][info][gc] GC(0) Pause Full 1M->1M(2M)\n", "line 1 of log: `1M->1M(2M)` is not the time"),
        ("[1s][info][gc] GC(0) Pause Full 3.4m", "`3.4m` is not the time of a pause"),
        ("[1s][info][gc] GC(0) Pause Full 3..4ms", "`3..4ms` is not the time of a pause"),
    ] {
        let said = values(Format::JvmGc, text).expect_err(text);
        assert!(said.contains(told), "expected {told} in {said}");
    }
}

#[test]
fn a_column_is_found_by_its_name_or_its_number() {
    let named = |name: &str| Column::Named(name.to_owned());
    for (format, text, column, nanos) in [
        (Format::Csv, "a,b\n1,2\n3,4\n", named("b"), &[2_000, 4_000][..]),
        (Format::Csv, "# first\n\n a , b \r\n 1 , 2 \r\n\r\n#x\r\n3,4", named("b"), &[2_000, 4_000]),
        (Format::Csv, "1,2\n3,4\n", Column::Numbered(1), &[1_000, 3_000]),
        (Format::Csv, "\u{feff}\"pause, us\",b\n\"1\",\"x\ny\"\n2,z\n", named("pause, us"), &[1_000, 2_000]),
        (Format::Csv, "1,2\n3\n", Column::Numbered(1), &[1_000, 3_000]),
        (Format::Tsv, "a\tb, c\n1\t2\n", named("b, c"), &[2_000]),
        (Format::Tsv, "1\t2.5\n", Column::Numbered(2), &[2_500]),
    ] {
        assert_eq!(in_column(format, text, column), Ok(nanos.to_vec()), "{text:?}");
    }
}

#[test]
fn a_column_that_cannot_be_read_is_told_with_its_line() {
    let named = |name: &str| Column::Named(name.to_owned());
    for (text, column, told) in [
        ("", named("b"), "file: log holds no rows"),
        ("a,b\n", named("b"), "file: log holds no rows"),
        ("a,pause_ms\n1,2\n", named("pause"), "column: log has no column `pause`"),
        (
            "a,pause_ms\n1,2\n",
            named("pausems"),
            "did you mean `pause_ms`? its first line names `a`, `pause_ms`",
        ),
        ("b,b\n1,2\n", named("b"), "column: log has more than one column `b`"),
        ("a;b\n1;2\n", named("b"), "its first line names `a;b`"),
        ("a,b\n1,2\n\n# x\n3\n", named("b"), "line 5 of log: there is no column 2 in a row of 1 cell"),
        ("1,2\n", Column::Numbered(3), "line 1 of log: there is no column 3 in a row of 2 cells"),
        (
            "a,b\n1,2\n",
            Column::Numbered(2),
            "line 1 of log: `b` is not a number = if this line is the heading",
        ),
        ("a,b\n1,\n", named("b"), "line 2 of log: column 2 is empty"),
        ("a,b\r\n1,2\r\n\r\n3,NA\r\n", named("b"), "line 4 of log: `NA` is not a number"),
        ("a,b\n1,-2\n", named("b"), "line 2 of log: `-2` is no delay"),
        ("a,b\n1,2ms\n", named("b"), "line 2 of log: `2ms` is not a number = its cells name their units"),
        ("a,b\n\"x\ny\",1\n3,4 5\n", named("b"), "line 4 of log: `4 5` is not a number"),
    ] {
        let said = in_column(Format::Csv, text, column).expect_err(text);
        assert!(said.contains(told), "{text:?}: expected {told} in {said}");
    }
}

#[test]
fn a_law_says_what_it_was_made_of() {
    let ping = "a: bytes=32 time=12ms\na: bytes=32 time<1ms\n";
    for (text, keys, line) in [
        (ping, "format = \"ping\"", "half of 2 round trips from log (1 below 1ms, taken as 500us)"),
        (ping, "format = \"ping\"\nhalve = false", "2 round trips from log (1 below 1ms, taken as 500us)"),
        ("GC(0) Pause Full 3ms", "format = \"jvm-gc\"", "1 pause from log"),
        ("1ms\n2ms\n", "", "2 delays from log"),
        ("1\n2\n", "format = \"lines\"\nunit = \"ms\"\nhalve = true", "half of 2 round trips from log"),
        ("a,b\n1ms,x\n", "format = \"csv\"\ncolumn = \"a\"", "1 delay from column a of log"),
        ("1ms\tx\n", "format = \"tsv\"\ncolumn = 1", "1 delay from column 1 of log"),
    ] {
        assert_eq!(law(text, keys), Ok(format!("empirical, {line}")), "{keys}");
    }
}

#[test]
fn keys_that_mean_nothing_in_a_format_are_refused() {
    for (keys, reason, remedy) in [
        ("format = \"pings\"", "\"pings\" is not a word for format", "did you mean \"ping\"?"),
        (
            "format = \"gc\"",
            "\"gc\" is not a word for format",
            "\"lines\", \"csv\", \"tsv\", \"ping\", \"jvm-gc\"",
        ),
        ("format = \"csv\"", "format \"csv\" needs `column`", "write column = \"pause_ms\""),
        ("column = 2", "format \"lines\" has no columns", "format = \"csv\" or format = \"tsv\""),
        ("format = \"ping\"\ncolumn = 2", "format \"ping\" has no columns", "leave it out"),
        ("format = \"ping\"\nunit = \"ms\"", "format \"ping\" names its units itself", "leave unit out"),
        ("format = \"jvm-gc\"\nunit = \"ms\"", "format \"jvm-gc\" names its units itself", "leave unit out"),
        ("format = \"jvm-gc\"\nhalve = false", "a pause is no way there and back", "leave halve out"),
        ("format = \"ping\"\nhalve = \"yes\"", "expected true or false", "halve = true or halve = false"),
        ("format = \"csv\"\ncolumn = 0", "there is no such column", "counted from 1"),
        ("format = \"csv\"\ncolumn = \" \"", "expected the name or the number of a column", "column = 3"),
        ("format = \"csv\"\ncolumn = 1.5", "expected the name or the number of a column", "column = 3"),
    ] {
        let page = law("1ms,64 bytes from a: seq=1 time=1 ms", keys).expect_err(keys);
        assert!(page.contains(reason) && page.contains(remedy), "expected {reason} … {remedy} in\n{page}");
        assert!(page.contains("1 mistake in"), "one mistake is one complaint\n{page}");
    }
}
