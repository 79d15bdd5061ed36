//! What of a page is a command.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::project;

/// A command as it stands on a page.
pub(super) struct Command {
    /// The line in which it begins, from 1.
    pub(super) line: usize,
    /// What is executed: without `$ ` and comment, on one line.
    pub(super) text: String,
    /// The code with which it leaves.
    pub(super) code: i32,
    /// Whether it stands in a sentence and not in a block.
    pub(super) is_in_a_sentence: bool,
    /// Its lines in a session as they are written.
    pub(super) written: Vec<String>,
    /// The lines of output that a session shows.
    pub(super) output: Vec<String>,
}

impl Command {
    fn new(line: usize, text: &str) -> Command {
        let (text, comment) = text.split_once(" #").unwrap_or((text, ""));
        let code = comment.split_once("leaves with ").map(|(_, code)| code.trim_end_matches('.'));
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = text.replacen("cargo run --release -- ", "hbsim ", 1);
        Command {
            line,
            text,
            code: code.map_or(0, |code| code.parse().expect("the comment names a code")),
            is_in_a_sentence: false,
            written: Vec::new(),
            output: Vec::new(),
        }
    }
}

/// Commands that are executed one after the other, in one folder.
#[derive(Default)]
pub(super) struct Block {
    pub(super) commands: Vec<Command>,
    /// Which lines of the page its content is, from 0, and how far they are indented; of a session only.
    session: Option<(usize, usize, usize)>,
}

impl Block {
    /// Whether outputs are shown.
    pub(super) fn is_session(&self) -> bool {
        self.session.is_some()
    }
}

/// A page and its commands.
pub(super) struct Page {
    path: PathBuf,
    /// Its path within the project.
    pub(super) name: String,
    pub(super) lines: Vec<String>,
    pub(super) blocks: Vec<Block>,
    /// Blocks of which it is not clear what they are.
    pub(super) complaints: Vec<String>,
}

impl Page {
    pub(super) fn read(path: &Path) -> Page {
        let text = fs::read_to_string(path).expect("a page can be read");
        let name = path.strip_prefix(project()).expect("a page of the project").display().to_string();
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let mut page =
            Page { path: path.to_owned(), name, lines, blocks: Vec::new(), complaints: Vec::new() };
        page.find_blocks();
        page
    }

    /// Writes the sessions that have become others, if any.
    pub(super) fn rewrite<'a>(&self, sessions: impl Iterator<Item = (&'a Block, &'a Vec<String>)>) {
        let mut lines = self.lines.clone();
        // From the end, so that the places before stay where they are.
        let mut sessions: Vec<_> = sessions.filter_map(|(block, now)| Some((block.session?, now))).collect();
        sessions.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
        for ((from, to, indent), now) in sessions {
            let indented = now.iter().map(|line| format!("{:indent$}{line}", "").trim_end().to_owned());
            lines.splice(from..to, indented);
        }
        if lines != self.lines {
            fs::write(&self.path, lines.join("\n") + "\n").expect("a page can be written");
        }
    }

    /// The content of the block of code that has this line.
    pub(super) fn block_with(&self, line: &str) -> Option<String> {
        let is_fence = |line: &String| line.trim_start().starts_with("```");
        let at = self.lines.iter().position(|one| one == line)?;
        let from = self.lines[..at].iter().rposition(is_fence)? + 1;
        let length = self.lines[from..].iter().position(is_fence)?;
        Some(self.lines[from..][..length].join("\n") + "\n")
    }

    fn find_blocks(&mut self) {
        let lines = self.lines.clone();
        let mut paragraph: Vec<(usize, &str)> = Vec::new();
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let content = line.trim_start();
            if let Some(language) = content.strip_prefix("```") {
                self.take_sentences(&std::mem::take(&mut paragraph));
                let indent = line.len() - content.len();
                let length = lines[at + 1..].iter().take_while(|line| line.trim() != "```").count();
                let inner: Vec<&str> =
                    lines[at + 1..][..length].iter().map(|line| line.get(indent..).unwrap_or("")).collect();
                self.take_block(language.trim(), at + 1, indent, &inner);
                at += length + 1;
            } else if content.is_empty() {
                self.take_sentences(&std::mem::take(&mut paragraph));
            } else {
                paragraph.push((at, line));
            }
            at += 1;
        }
        self.take_sentences(&paragraph);
    }

    /// Takes the block whose content begins in the line `from`, counted from 0.
    fn take_block(&mut self, language: &str, from: usize, indent: usize, lines: &[&str]) {
        let place = format!("{}:{from}", self.name);
        match language {
            "" | "mermaid" if lines.first().is_some_and(|line| command_in(line).is_some()) => {
                let commands = session(from, lines);
                self.blocks.push(Block { commands, session: Some((from, from + lines.len(), indent)) });
            }
            "" => self.complaints.push(format!(
                "{place}: a block without a language is a session and begins with `$ `; commands alone are `sh`, a \
                 drawing is `text`"
            )),
            "sh" => self.blocks.push(Block { commands: alone(from, lines), session: None }),
            "text" if lines.iter().any(|line| line.starts_with("$ ")) => {
                self.complaints.push(format!("{place}: a drawing has commands: leave `text` away, or write `sh`"));
            }
            "text" | "toml" | "rust" | "json" | "python" | "mermaid" => {}
            other => self.complaints.push(format!("{place}: what is {other}? see tests/suite/pages.rs")),
        }
    }

    /// Takes the commands between backticks, and those in the column `run` of a table.
    fn take_sentences(&mut self, paragraph: &[(usize, &str)]) {
        let Some((_, first)) = paragraph.first() else { return };
        let is_table = first.starts_with('|');
        let column = first.split('|').position(|heading| is_table && heading.trim() == "run");
        let mut commands = Vec::new();
        if let Some(column) = column {
            for (at, row) in &paragraph[2..] {
                let cell = row.split('|').nth(column).unwrap_or_default();
                commands.extend(spans(cell).map(|span| (*at, format!("hbsim run {span}"))));
            }
        }
        // A span of several words may be broken between two lines, but not between two rows of a table.
        let joined: Vec<(usize, String)> = match is_table {
            true => paragraph.iter().map(|(at, line)| (*at, (*line).to_owned())).collect(),
            false => {
                let lines: Vec<&str> = paragraph.iter().map(|(_, line)| *line).collect();
                vec![(paragraph[0].0, lines.join("\n"))]
            }
        };
        for (at, text) in &joined {
            for span in spans(text).filter(|span| span.starts_with("hbsim ")) {
                let from = text.find(span).unwrap_or(0);
                let line = at + text[..from].matches('\n').count();
                commands.push((line, span.to_owned()));
            }
        }
        self.blocks.extend(commands.into_iter().map(|(at, text)| Block {
            commands: vec![Command { is_in_a_sentence: true, ..Command::new(at + 1, &text) }],
            session: None,
        }));
    }
}

/// What stands between backticks.
fn spans(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The command that a line of a session gives; in a diagram it stands in a comment.
fn command_in(line: &str) -> Option<&str> {
    line.strip_prefix("$ ").or_else(|| line.strip_prefix("%% $ "))
}

/// The commands of a session, each with its output.
fn session(from: usize, lines: &[&str]) -> Vec<Command> {
    let mut commands: Vec<Command> = Vec::new();
    let mut lines = lines.iter().enumerate();
    while let Some((at, line)) = lines.next() {
        let Some(begun) = command_in(line) else {
            let command = commands.last_mut().expect("a session begins with a command");
            command.output.push((*line).to_owned());
            continue;
        };
        let (mut text, mut written) = (begun.to_owned(), vec![(*line).to_owned()]);
        while text.ends_with('\\') {
            let (_, next) = lines.next().expect("a command goes on");
            text = format!("{}{next}", text.trim_end_matches('\\'));
            written.push((*next).to_owned());
        }
        commands.push(Command { written, ..Command::new(from + at + 1, &text) });
    }
    // What separates one command from the next is not its output.
    for at in 1..commands.len() {
        while commands[at - 1].output.pop_if(|line| line.is_empty()).is_some() {
            commands[at].written.insert(0, String::new());
        }
    }
    commands
}

/// The commands of a block that shows no output.
fn alone(from: usize, lines: &[&str]) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut lines = lines.iter().enumerate();
    while let Some((at, line)) = lines.next() {
        let mut text = line.trim().to_owned();
        while text.ends_with('\\') {
            let (_, next) = lines.next().expect("a command goes on");
            text = format!("{} {}", text.trim_end_matches('\\'), next.trim());
        }
        if !text.is_empty() && !text.starts_with('#') {
            commands.push(Command::new(from + at + 1, &text));
        }
    }
    commands
}
