//! The records and digests of generated histories.

use crate::digest::digest;
use crate::families::Family;
use crate::history::History;
use crate::mapping::{self, KEEP, MODES, Mode, Request};
use crate::stored::{self, Record};

/// How many histories of each model are stored in full.
const RECORDS: usize = 8;

/// How many histories of each model have a digest.
const DIGESTS: usize = 32;

/// How many growing histories of each model have a digest.
const GROWING: usize = 2;

/// How many differing histories a failure shows in full.
const SHOWN: usize = 3;

/// Every mode of a history, in the order of the digests.
fn modes() -> impl Iterator<Item = Mode> {
    MODES.into_iter().chain([KEEP])
}

/// Returns the full records of a family: each history in one mode, the modes in turn.
pub(crate) fn records(family: &Family) -> Vec<Record> {
    let numbers = 0..RECORDS * family.models.len();
    numbers.map(|number| record(family, number, MODES[number / family.models.len() % MODES.len()])).collect()
}

fn record(family: &Family, number: usize, mode: Mode) -> Record {
    let history = History::generate(family, number);
    let title = format!("{number} {} {}{}", history.model, mode.label(), history.switches.label());
    Record { title, lines: Request::generated(&history.params(), mode, history.switches).lines() }
}

/// Compares the digests of a family with the stored ones, or rewrites them.
pub(crate) fn compare_digests(family: &Family) {
    let name = format!("digests/{}.txt", family.name);
    let mut text = String::from("# number");
    for mode in modes() {
        text += &format!(" {}", mode.label().replace(' ', "-"));
    }
    text += " check reread\n";
    for line in in_parallel(DIGESTS * family.models.len(), |number| {
        digests(number, &columns(&History::generate(family, number)))
    }) {
        text += &line;
    }
    compare(&name, &text, |number| {
        let history = History::generate(family, number);
        (history.params(), columns(&history))
    });
}

/// Calls a function for the numbers up to `count` on all cores; the results are in order.
fn in_parallel(count: usize, line: impl Fn(usize) -> String + Sync) -> Vec<String> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let line = &line;
    let mut lines: Vec<(usize, String)> = std::thread::scope(|scope| {
        let start = |worker: usize| {
            let numbers = (worker..count).step_by(workers);
            scope.spawn(move || numbers.map(|number| (number, line(number))).collect::<Vec<_>>())
        };
        let handles: Vec<_> = (0..workers).map(start).collect();
        handles.into_iter().flat_map(|handle| handle.join().unwrap()).collect()
    });
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Returns the line of a history in a file of digests.
fn digests(number: usize, columns: &[(String, Vec<String>)]) -> String {
    let digests: Vec<String> = columns.iter().map(|(_, lines)| digest(lines)).collect();
    format!("{number} {}\n", digests.join(" "))
}

/// Returns what each digest of a history is made of.
fn columns(history: &History) -> Vec<(String, Vec<String>)> {
    let params = history.params();
    let mut reread = Vec::new();
    let mut columns: Vec<(String, Vec<String>)> = modes()
        .map(|mode| {
            let request = Request::generated(&params, mode, history.switches);
            let mut lines = request.lines();
            lines.extend(request.echoed());
            if mode.label() == "converse merge" {
                reread = request.reread();
            }
            (mode.label(), lines)
        })
        .collect();
    columns.push(("check".to_owned(), mapping::findings(&params, history.switches)));
    columns.push(("reread".to_owned(), reread));
    columns
}

/// Compares the digests of growing histories with the stored ones, or rewrites them.
pub(crate) fn compare_growing(families: &[Family]) {
    for family in families {
        let name = format!("growing/{}.txt", family.name);
        let mut text = String::from("# number ag2-insert converse-merge\n");
        for number in 0..GROWING * family.models.len() {
            text += &digests(number, &grown(family, number));
        }
        compare(&name, &text, |number| {
            let history = History::generate_growing(family, number);
            (history.params(), grown(family, number))
        });
    }
}

/// Returns the lines of all requests of a growing history, in two modes.
fn grown(family: &Family, number: usize) -> Vec<(String, Vec<String>)> {
    let history = History::generate_growing(family, number);
    let prefixes = history.prefixes();
    let modes = [MODES[0], MODES[3]];
    modes.map(|mode| (mode.label(), mapping::grown(&prefixes, mode, history.switches).concat())).into()
}

/// Prints all that the digests of a history are made of.
pub(crate) fn print(family: &Family, number: usize) {
    let growing =
        [("", History::generate(family, number)), ("growing ", History::generate_growing(family, number))];
    for ((kind, history), columns) in growing.iter().zip([columns(&growing[0].1), grown(family, number)]) {
        println!("{kind}{} {number}{}\n{}", family.name, history.switches.label(), history.params());
        for (label, lines) in columns {
            println!("-- {kind}{label}\n{}", lines.join("\n"));
        }
    }
}

/// A request's parameters and the lines of its columns.
type Shown = (String, Vec<(String, Vec<String>)>);

/// Compares a file of digests with the stored one, or rewrites it.
///
/// # Panics
/// If a digest differs. The message shows what is produced now for the first histories that differ.
fn compare(name: &str, text: &str, show: impl Fn(usize) -> Shown) {
    if stored::is_writing() {
        return stored::write(name, text);
    }
    let stored = stored::read(name);
    let stored: Vec<&str> = stored.lines().collect();
    let mut differences = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let old = stored.get(index).copied().unwrap_or_default();
        if line == old {
            continue;
        }
        let number = line.split(' ').next().and_then(|number| number.parse().ok());
        let shown = number.filter(|_| differences.len() < SHOWN).map(&show);
        differences.push(shown.map_or_else(|| line.to_owned(), |shown| explain(old, line, &shown)));
    }
    if stored.len() != text.lines().count() {
        differences.push(format!("{} lines are stored", stored.len()));
    }
    if !differences.is_empty() {
        stored::report(name, &differences);
    }
}

/// Returns the parameters of a history and what the differing columns are made of.
fn explain(old: &str, new: &str, (params, columns): &Shown) -> String {
    let mut text = format!("history {new}\n    parameters: {params}");
    let [mut old, new] = [old, new].map(|line| line.split(' ').skip(1));
    for (digest, (label, lines)) in new.zip(columns) {
        if old.next() != Some(digest) {
            text += &format!("\n  -- {label} is now\n    {}", lines.join("\n    "));
        }
    }
    text
}
