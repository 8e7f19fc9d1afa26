//! Runs cases and reports the differences of those that fail.

use serde_json::Value;

use super::json;

/// The results of cases. They are checked together at the end, so that one run shows every failure.
#[derive(Default)]
pub(crate) struct CaseReport {
    exceptions: &'static [Exception],
    passed: Vec<String>,
    failed: Vec<(String, Differences)>,
}

/// A case that does not hold as it is written.
pub(crate) struct Exception {
    /// The name of the case.
    pub(crate) name: &'static str,
    /// Its only difference.
    pub(crate) difference: &'static str,
    /// The reason that the difference is right.
    pub(crate) reason: &'static str,
}

/// The differences of a case.
#[derive(Default)]
pub(crate) struct Differences(Vec<String>);

impl CaseReport {
    /// Creates a report of cases with exceptions.
    pub(crate) fn with_exceptions(exceptions: &'static [Exception]) -> Self {
        Self { exceptions, ..Self::default() }
    }

    /// Runs a case.
    pub(crate) fn check(&mut self, name: impl Into<String>, check: impl FnOnce(&mut Differences)) {
        let mut differences = Differences::default();
        check(&mut differences);
        if differences.0.is_empty() {
            self.passed.push(name.into());
        } else {
            self.failed.push((name.into(), differences));
        }
    }

    /// Panics unless this many cases ran, and all passed or had exactly the difference of their exception.
    pub(crate) fn assert_all_pass(self, count: usize) {
        assert_eq!(self.passed.len() + self.failed.len(), count, "number of cases");
        let mut report = String::new();
        for (name, differences) in &self.failed {
            let exception = self.exceptions.iter().find(|exception| exception.name == name);
            if exception.is_none_or(|exception| differences.0 != [exception.difference]) {
                report += &format!("{name}\n    {}\n", differences.0.join("\n    "));
            }
        }
        for Exception { name, difference, reason } in self.exceptions {
            if !self.failed.iter().any(|(failed, _)| failed == name) {
                report += &format!("{name}\n    passes without its exception ({difference}: {reason})\n");
            }
        }
        assert!(report.is_empty(), "failures among {count} cases:\n{report}");
    }

    /// Panics unless this many cases ran, and no other than these failed. Prints those of them that failed.
    pub(crate) fn assert_no_others_fail(self, names: &[&str], count: usize) {
        assert_eq!(self.passed.len() + self.failed.len(), count, "number of cases");
        let (pending, failed): (Vec<_>, Vec<_>) =
            self.failed.iter().partition(|(name, _)| names.contains(&name.as_str()));
        for (name, differences) in pending {
            println!("pending: {name}\n    {}", differences.0.join("\n    "));
        }
        let report: String = failed
            .iter()
            .map(|(name, differences)| format!("{name}\n    {}\n", differences.0.join("\n    ")))
            .collect();
        assert!(report.is_empty(), "failures among {count} cases:\n{report}");
    }

    /// Panics unless this many cases ran and exactly these failed.
    pub(crate) fn assert_only_these_fail(self, names: &[&str], count: usize) {
        assert_eq!(self.passed.len() + self.failed.len(), count, "number of cases");
        let unexpected: String = self
            .failed
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(name, differences)| format!("{name}\n    {}\n", differences.0.join("\n    ")))
            .collect();
        assert!(unexpected.is_empty(), "failures that are not listed:\n{unexpected}");
        let failed: Vec<&str> = self.failed.iter().map(|(name, _)| name.as_str()).collect();
        let passing: Vec<_> = names.iter().filter(|name| !failed.contains(name)).collect();
        assert!(passing.is_empty(), "listed cases that pass or do not exist: {passing:#?}");
    }
}

impl Differences {
    /// Adds a difference.
    pub(crate) fn add(&mut self, text: impl Into<String>) {
        self.0.push(text.into());
    }

    /// Adds a difference unless two values are equal JSON.
    pub(crate) fn compare(&mut self, path: &str, actual: impl Into<Value>, expected: &Value) {
        let actual = actual.into();
        if !json::equal(&actual, expected) {
            self.add(format!("{path}: {actual} instead of {expected}"));
        }
    }

    /// Adds a difference unless two amounts of money are equal except for rounding. Without an expected amount, any is
    /// accepted.
    pub(crate) fn compare_amounts(&mut self, path: &str, actual: &Value, expected: &Value) {
        let Some(amount) = expected.as_f64() else { return };
        let is_close = |actual: f64| (actual - amount).abs() <= 1e-9 + 1e-6 * amount.abs();
        if !actual.as_f64().is_some_and(is_close) {
            self.add(format!("{path}: {actual} instead of {expected}"));
        }
    }
}
