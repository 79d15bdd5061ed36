//! Files of delays that cannot be used say which line is wrong.

use std::fs;
use std::path::PathBuf;

use super::read_in;
use crate::engine::model::Latency;

/// A folder for one test, gone when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("hbsim-latencies-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let folder = Folder::new("wrong");
    for (bytes, unit, reason, remedy) in [
        (&b""[..], "", "delays.txt holds no delays", "write one delay a line, such as 12.3ms"),
        (b"# only\n\n", "", "delays.txt holds no delays", "write one delay a line"),
        (b"latency\n1ms\n", "", "line 1 of delays.txt: `latency` is not a duration", "put # before headings"),
        (b"1ms\n\n12.3\n", "", "line 3 of delays.txt: `12.3` is a number without a unit", "unit = \"ms\""),
        (b"1ms,2ms\n", "", "line 1 of delays.txt: `1ms,2ms` is not a duration", "one duration a line"),
        (b"1ms\n1,5ms\n", "", "line 2 of delays.txt: `1,5ms` is not a duration", "one duration a line"),
        (b"0.5ns\n", "", "`0.5ns` is finer than a nanosecond", "one duration a line"),
        (b"3651d\n", "", "at most ten years", "one duration a line"),
        (b"1ms\nab\xff\n", "", "line 2 of delays.txt is not UTF-8", "plain text"),
        (b"\xff\xfe1\0\n\0", "", "delays.txt is UTF-16", "save it as UTF-8"),
        (b"\x1b[31m\n", "", "`\\u{1b}[31m` is not a duration", "one duration a line"),
        (b"12.3\n-1\n", "ms", "line 2 of delays.txt: `-1` is no delay", "between 0 and ten years"),
        (b"1e300\n", "ns", "line 1 of delays.txt: `1e300` is no delay", "between 0 and ten years"),
        (b"nan\n", "s", "line 1 of delays.txt: `nan` is no delay", "between 0 and ten years"),
        (b"12.3ms\n", "ms", "line 1 of delays.txt: `12.3ms` is not a number", "leave out unit"),
        (b"ms\n", "ms", "line 1 of delays.txt: `ms` is not a number", "put # before headings"),
        (b"1\n", "parsecs", "\"parsecs\" is not a word for unit", "it can be \"ns\", \"us\", \"ms\", \"s\""),
    ] {
        fs::write(folder.0.join("delays.txt"), bytes).unwrap();
        let mut keys = "kind = \"empirical\"\nfile = \"delays.txt\"\n".to_owned();
        if !unit.is_empty() {
            keys += &format!("unit = \"{unit}\"\n");
        }
        let page = read_in(&folder.0, &keys).expect_err(reason);
        assert!(page.contains(reason) && page.contains(remedy), "expected {reason} … {remedy} in\n{page}");
        assert!(page.contains("1 mistake in"), "one mistake is one complaint\n{page}");
    }
}

#[test]
fn what_is_no_file_or_too_large_is_refused() {
    let folder = Folder::new("refused");
    fs::create_dir_all(folder.0.join("sub")).unwrap();
    let huge = fs::File::create(folder.0.join("huge.txt")).unwrap();
    huge.set_len((64 << 20) + 1).unwrap();
    for (file, reason) in [
        ("none.txt", "there is no file none.txt"),
        ("sub", "sub is not a file"),
        ("", " is not a file"),
        ("huge.txt", "huge.txt is larger than 64 MiB"),
        ("a\\u0000b", "a\\0b cannot be read"),
    ] {
        let page = read_in(&folder.0, &format!("kind = \"empirical\"\nfile = \"{file}\"")).expect_err(reason);
        assert!(page.contains(reason), "expected {reason} in\n{page}");
    }
}

#[test]
fn a_file_is_read_as_it_is_written_on_any_system() {
    let folder = Folder::new("right");
    for (bytes, unit, mean) in [
        (&b"\xef\xbb\xbf1ms\r\n3ms\r\n"[..], "", 0.002),
        (b"1ms", "", 0.001),
        (b"1 ms\n1m 1ms\n1001us", "", 20.001_000_333_333_333),
        ("1.5µs\n".as_bytes(), "", 1.5e-6),
        (b"+1\n2.5e-1\n", "us", 0.625e-6),
        (b"0.1234567890123456789\n", "s", 0.123_456_789),
    ] {
        fs::write(folder.0.join("delays.txt"), bytes).unwrap();
        let unit = if unit.is_empty() { String::new() } else { format!("unit = \"{unit}\"") };
        let law =
            read_in(&folder.0, &format!("kind = \"empirical\"\nfile = \"delays.txt\"\n{unit}")).unwrap();
        assert!((law.mean() - mean).abs() <= 1e-12 * mean, "{law}: mean {}", law.mean());
    }
}
