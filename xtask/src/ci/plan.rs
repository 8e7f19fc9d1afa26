//! What the command line asks for.

use super::{GATES, Gate};

/// What to do with the gates.
pub(crate) enum Plan {
    /// Name them.
    List,
    /// Run these.
    Run(Vec<&'static Gate>),
}

impl Plan {
    /// Reads the words after `ci`: gates to run, all by default, less those to skip.
    pub(crate) fn parse(words: &[&str]) -> Result<Self, String> {
        let (mut named, mut skipped) = (Vec::new(), Vec::new());
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--list" => return Ok(Self::List),
                "--skip" => skipped.push(gate(words.next().ok_or("--skip wants the name of a gate")?)?.name),
                flag if flag.starts_with('-') => return Err(format!("no such flag: {flag}")),
                name => named.push(gate(name)?),
            }
        }
        if named.is_empty() {
            named.extend(GATES);
        }
        named.retain(|gate| !skipped.contains(&gate.name));
        Ok(Self::Run(named))
    }
}

fn gate(name: &str) -> Result<&'static Gate, String> {
    let known = || GATES.iter().map(|gate| gate.name).collect::<Vec<_>>().join(", ");
    GATES
        .iter()
        .find(|gate| gate.name == name)
        .ok_or_else(|| format!("no such gate: {name}; the gates are {}", known()))
}
