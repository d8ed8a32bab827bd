//! `forebay state export`: what the program itself would write.

use forebay::state::copy::{export, import};

use super::rig::{Rig, Town, put};

#[test]
fn an_export_is_the_same_as_that_of_the_program() {
    let (rig, town) = Rig::open();
    let mut lines = Vec::new();
    export(&town.read(), &mut lines, |_| Ok(())).expect("exported");
    let beside = rig.run_beside("export", &[]);
    town.close().wait().expect("closed");
    let answer = rig.run("export", &["--progress"]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let expected = r#"{"forebay":"state 1","name":"town","revision":4294967299,"tables":[{"id":1,"name":"people","kind":"ordered","key":"u32","version":1},{"id":7,"name":"visits","kind":"hash","key":"(text,u8)","version":2}]}
{"t":"people","k":1,"v":{"name":"Ada","age":null}}
{"t":"people","k":2,"v":{"name":"Alan","age":null}}
{"t":"visits","k":["x",3],"v":5}
{"end":true,"entries":3}
"#;
    assert_eq!(answer.out, expected);
    assert!(answer.err.ends_with("3 entries written\n"), "{:?}", answer.err);
    assert_eq!((beside.code, beside.out.as_str()), (Some(0), expected), "beside its owner, too");
    assert_eq!(String::from_utf8(lines).expect("text"), expected);
    let tables: Town = import(answer.out.as_bytes(), |_| Ok(())).expect("imported");
    assert_eq!(tables.people.len(), 2);
}

#[test]
fn what_is_read_beside_a_writer_is_one_moment_of_it() {
    let (rig, town) = Rig::open();
    for number in 0..200 {
        put(&town, number, "Grace");
        if number % 50 == 0 {
            town.snapshot().wait().expect("a snapshot");
            let answer = rig.run_beside("export", &[]);
            assert_eq!(answer.code, Some(0), "{answer:?}");
            assert_eq!(
                answer.out.matches("\"t\":\"people\"").count() as u64,
                town.read().people.len() as u64
            );
        }
    }
}
