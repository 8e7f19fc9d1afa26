//! `normalize_role`: a role by its name, in any case.

use outcrop::core::Role;

use crate::support::corpus;
use crate::support::tally::Tally;

#[test]
fn names_of_roles_are_normalized() {
    let mut tally = Tally::default();
    for case in corpus::of("normalize_role") {
        let role = Role::normalize(case.value("role").as_str());
        tally.check(case.name(), |differences| {
            differences.same("role", role.as_str(), &case.want()["role"]);
            differences.same("is_enum", role.is_standard(), &case.want()["is_enum"]);
        });
    }
    tally.holds(5);
}
