//! How long a target runs, and what is told of an input that breaks a rule.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::random::Random;

/// How many targets share the time.
const TARGETS: f64 = 3.0;

/// What one input may take, on a machine that has other things to do.
const LONGEST: Duration = Duration::from_secs(10);

/// By how many KiB the process may grow: what it keeps is bounded by the input, not by what the input declares.
const MOST_KIB: u64 = 512 * 1024;

/// Changes inputs of the corpus and checks them until the time is over; the corpus itself is checked first.
pub(crate) fn run(
    target: &str,
    corpus: &[Vec<u8>],
    mutate: fn(&mut Random, &[Vec<u8>]) -> Vec<u8>,
    check: fn(&[u8], &mut Random),
) {
    let seed = number("OUTCROP_FUZZ_SEED").unwrap_or(1);
    if let Some(path) = std::env::var_os("OUTCROP_FUZZ_INPUT") {
        let input = std::fs::read(&path).expect("the input can be read");
        return check(&input, &mut Random::new(seed));
    }
    let before = peak_kib();
    let end = Instant::now() + share();
    let mut tried = 0_u64;
    for input in corpus {
        tried += 1;
        attempt(target, input, check, seed);
    }
    let mut random = Random::new(seed);
    while Instant::now() < end {
        tried += 1;
        let input = mutate(&mut random, corpus);
        attempt(target, &input, check, seed);
    }
    println!("fuzz {target}: {tried} inputs, seed {seed}");
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        assert!(after - before <= MOST_KIB, "{target}: the process grew by {} KiB", after - before);
    }
}

/// Checks an input; one that breaks a rule is kept, so that it can be tried again.
fn attempt(target: &str, input: &[u8], check: fn(&[u8], &mut Random), seed: u64) {
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| check(input, &mut Random::new(seed))));
    let elapsed = start.elapsed();
    if outcome.is_ok() && elapsed <= LONGEST {
        return;
    }
    let path = kept(target, input);
    eprintln!("fuzz {target}: {} bytes took {elapsed:?}; try them again with", input.len());
    eprintln!("  OUTCROP_FUZZ_INPUT={} cargo test -p outcrop-tests --test fuzz {target}", path.display());
    match outcome {
        Err(panic) => resume_unwind(panic),
        Ok(()) => panic!("an input of {} bytes took {elapsed:?}", input.len()),
    }
}

fn kept(target: &str, input: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}"));
    std::fs::write(&path, input).expect("the input can be kept");
    path
}

/// A target's share of the time.
fn share() -> Duration {
    let seconds = number("OUTCROP_FUZZ_SECONDS").and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(3);
    Duration::from_secs_f64(f64::from(seconds) / TARGETS)
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no whole number: {text}")))
}

/// The most memory that the process has asked for so far; `None` where the system does not tell.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"))?;
    line.split_whitespace().next()?.parse().ok()
}
