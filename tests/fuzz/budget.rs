//! Runs a target for its share of the time, and reports an input that fails.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::random::Random;

/// The number of targets that share the time.
const TARGETS: f64 = 3.0;

/// The maximum time of an input, with room for a busy machine.
const MAX_DURATION: Duration = Duration::from_secs(10);

/// The maximum growth of the process in KiB. A decoder must allocate for the bytes of an input, not for the lengths that it
/// declares.
const MAX_GROWTH_KIB: u64 = 512 * 1024;

/// Checks the inputs of the corpus, and then changed ones until the time is over.
pub(crate) fn run(
    target: &str,
    corpus: &[Vec<u8>],
    mutate: fn(&mut Random, &[Vec<u8>]) -> Vec<u8>,
    check: fn(&[u8], &mut Random),
) {
    let seed = number("OUTCROP_FUZZ_SEED").unwrap_or(1);
    if let Some(path) = std::env::var_os("OUTCROP_FUZZ_INPUT") {
        let input = std::fs::read(&path).expect("a readable input");
        return check(&input, &mut Random::new(seed));
    }
    let before = peak_kib();
    let end = Instant::now() + share();
    let mut count = 0_u64;
    for input in corpus {
        count += 1;
        attempt(target, input, check, seed);
    }
    let mut random = Random::new(seed);
    while Instant::now() < end {
        count += 1;
        let input = mutate(&mut random, corpus);
        attempt(target, &input, check, seed);
    }
    println!("fuzz {target}: {count} inputs, seed {seed}");
    if let (Some(before), Some(after)) = (before, peak_kib()) {
        assert!(after - before <= MAX_GROWTH_KIB, "{target}: the process grew by {} KiB", after - before);
    }
}

/// Checks an input. An input that fails is saved, so that it can be run again.
fn attempt(target: &str, input: &[u8], check: fn(&[u8], &mut Random), seed: u64) {
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| check(input, &mut Random::new(seed))));
    let elapsed = start.elapsed();
    if outcome.is_ok() && elapsed <= MAX_DURATION {
        return;
    }
    let path = save(target, input);
    eprintln!("fuzz {target}: {} bytes failed after {elapsed:?}; run them again with", input.len());
    eprintln!("  OUTCROP_FUZZ_INPUT={} cargo test -p outcrop-tests --test fuzz {target}", path.display());
    match outcome {
        Err(panic) => resume_unwind(panic),
        Ok(()) => panic!("an input of {} bytes took {elapsed:?}", input.len()),
    }
}

fn save(target: &str, input: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{target}"));
    std::fs::write(&path, input).expect("a writable folder");
    path
}

/// Returns the share of a target of the time.
fn share() -> Duration {
    let seconds = number("OUTCROP_FUZZ_SECONDS").and_then(|seconds| u32::try_from(seconds).ok()).unwrap_or(3);
    Duration::from_secs_f64(f64::from(seconds) / TARGETS)
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is not a whole number: {text}")))
}

/// Returns the peak virtual memory of the process; `None` if the system does not report it.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmPeak:"))?;
    line.split_whitespace().next()?.parse().ok()
}
