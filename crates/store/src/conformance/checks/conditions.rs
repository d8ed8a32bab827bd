//! Claims about writes with a condition, for stores that declare them.

use super::super::subject::{Found, Subject, delete, failed, on, put, short, skipped};
use crate::batch::Condition;
use crate::outcome::Outcome;

super::claims![
    a_condition_that_fails_refuses_and_changes_nothing,
    a_condition_that_holds_lets_the_write_through,
];

fn declared(subject: &Subject) -> Found {
    if subject.capabilities().conditional { Ok(()) } else { skipped("it declares no conditions") }
}

fn a_condition_that_fails_refuses_and_changes_nothing(subject: &Subject) -> Found {
    declared(subject)?;
    subject.store(vec![put("there", "1")])?;
    let writes = [
        on(Condition::Absent, put("there", "2")),
        on(Condition::Absent, delete("there")),
        on(Condition::Present, put("nobody", "2")),
        on(Condition::Present, delete("nobody")),
    ];
    for write in writes {
        let name = short(&write);
        match subject.apply(vec![write])?.pop() {
            Some(Outcome::Refused(_)) => {}
            other => return failed(format!("{name} answered {}", short(&other))),
        }
        subject.expect_value("there", Some(b"1"))?;
        subject.expect_value("nobody", None)?;
    }
    Ok(())
}

fn a_condition_that_holds_lets_the_write_through(subject: &Subject) -> Found {
    declared(subject)?;
    subject.store(vec![on(Condition::Absent, put("a", "1"))])?;
    subject.expect_value("a", Some(b"1"))?;
    subject.store(vec![on(Condition::Present, put("a", "2"))])?;
    subject.expect_value("a", Some(b"2"))?;
    subject.store(vec![on(Condition::Present, delete("a"))])?;
    subject.expect_value("a", None)
}
