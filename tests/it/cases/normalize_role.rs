//! `normalize_role`: parses the name of a role in any case.

use outcrop::core::Role;

use crate::support::case_file;
use crate::support::case_report::CaseReport;

#[test]
fn role_names_are_normalized() {
    let mut report = CaseReport::default();
    for case in case_file::cases("normalize_role") {
        let role = Role::normalize(case.value("role").as_str());
        report.check(case.name(), |differences| {
            differences.compare("role", role.as_str(), &case.expected()["role"]);
            differences.compare("is_enum", role.is_standard(), &case.expected()["is_enum"]);
        });
    }
    report.assert_all_pass(5);
}
