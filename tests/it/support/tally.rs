//! Which cases hold, and what differs in those that do not.

use serde_json::Value;

use super::json;

/// Cases checked one after the other; told at the end is everything that does not hold.
#[derive(Default)]
pub(crate) struct Tally {
    exceptions: &'static [(&'static str, &'static str)],
    held: Vec<String>,
    failed: Vec<(String, Differences)>,
}

/// What differs in a case.
#[derive(Default)]
pub(crate) struct Differences(Vec<String>);

impl Tally {
    /// A tally in which some cases, each with its reason, are known not to hold.
    pub(crate) fn except(exceptions: &'static [(&'static str, &'static str)]) -> Self {
        Self { exceptions, ..Self::default() }
    }

    /// Checks a case.
    pub(crate) fn check(&mut self, name: impl Into<String>, check: impl FnOnce(&mut Differences)) {
        let mut differences = Differences::default();
        check(&mut differences);
        if differences.0.is_empty() {
            self.held.push(name.into());
        } else {
            self.failed.push((name.into(), differences));
        }
    }

    /// Panics unless this many cases were checked and all held but the exceptions, which must not.
    pub(crate) fn holds(self, count: usize) {
        assert_eq!(self.held.len() + self.failed.len(), count, "cases that were checked");
        let is_exception = |name: &str| self.exceptions.iter().any(|(known, _)| *known == name);
        let mut report = String::new();
        for name in self.held.iter().filter(|name| is_exception(name)) {
            report += &format!("{name}\n    holds now: take it off the list of exceptions\n");
        }
        for (name, differences) in self.failed.iter().filter(|(name, _)| !is_exception(name)) {
            report += &format!("{name}\n    {}\n", differences.0.join("\n    "));
        }
        for (name, _) in self.exceptions {
            if !self.held.iter().chain(self.failed.iter().map(|(failed, _)| failed)).any(|n| n == name) {
                report += &format!("{name}\n    is an exception and no case\n");
            }
        }
        assert!(report.is_empty(), "of {count} cases these do not hold as they should:\n{report}");
    }

    /// Panics unless this many cases were checked and exactly these held.
    pub(crate) fn holds_exactly(self, names: &[&str], count: usize) {
        assert_eq!(self.held.len() + self.failed.len(), count, "cases that were checked");
        let gained: Vec<_> = self.held.iter().filter(|name| !names.contains(&name.as_str())).collect();
        let lost: Vec<String> = names
            .iter()
            .filter(|name| !self.held.iter().any(|held| held == *name))
            .map(|name| match self.failed.iter().find(|(failed, _)| failed == name) {
                Some((_, differences)) => format!("{name}\n    {}", differences.0.join("\n    ")),
                None => format!("{name}\n    is no case"),
            })
            .collect();
        assert!(lost.is_empty(), "these held before:\n{}", lost.join("\n"));
        assert!(gained.is_empty(), "these hold now: put them on the list: {gained:#?}");
    }
}

impl Differences {
    /// Notes something that is not as it should be.
    pub(crate) fn add(&mut self, text: impl Into<String>) {
        self.0.push(text.into());
    }

    /// Notes a difference unless two values are the same JSON.
    pub(crate) fn same(&mut self, at: &str, got: impl Into<Value>, want: &Value) {
        let got = got.into();
        if !json::same(&got, want) {
            self.add(format!("{at}: {got} for {want}"));
        }
    }

    /// Notes a difference unless two amounts of money are equal but for rounding; where none is wanted, any will do.
    pub(crate) fn near(&mut self, at: &str, got: &Value, want: &Value) {
        let Some(wanted) = want.as_f64() else { return };
        let is_near = |got: f64| (got - wanted).abs() <= 1e-9 + 1e-6 * wanted.abs();
        if !got.as_f64().is_some_and(is_near) {
            self.add(format!("{at}: {got} for {want}"));
        }
    }
}
