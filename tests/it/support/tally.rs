//! Which cases hold, and what differs in those that do not.

use serde_json::Value;

use super::json;

/// Cases checked one after the other; told at the end is everything that does not hold.
#[derive(Default)]
pub(crate) struct Tally {
    exceptions: &'static [Exception],
    held: Vec<String>,
    failed: Vec<(String, Differences)>,
}

/// A case that is not held as it is written.
pub(crate) struct Exception {
    /// The case.
    pub(crate) name: &'static str,
    /// What differs in it, and nothing else does.
    pub(crate) differs: &'static str,
    /// Why that is right.
    pub(crate) because: &'static str,
}

/// What differs in a case.
#[derive(Default)]
pub(crate) struct Differences(Vec<String>);

impl Tally {
    /// A tally of cases among which there are exceptions.
    pub(crate) fn except(exceptions: &'static [Exception]) -> Self {
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

    /// Panics unless this many cases were checked and all of them hold, the exceptions in their own way.
    pub(crate) fn holds(self, count: usize) {
        assert_eq!(self.held.len() + self.failed.len(), count, "cases that were checked");
        let mut report = String::new();
        for (name, differences) in &self.failed {
            let excepted = self.exceptions.iter().find(|exception| exception.name == name);
            if excepted.is_none_or(|exception| differences.0 != [exception.differs]) {
                report += &format!("{name}\n    {}\n", differences.0.join("\n    "));
            }
        }
        for Exception { name, differs, because } in self.exceptions {
            if !self.failed.iter().any(|(failed, _)| failed == name) {
                report += &format!("{name}\n    lacks its exception ({differs}, because {because})\n");
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
