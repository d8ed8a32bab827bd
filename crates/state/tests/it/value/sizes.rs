//! What values take on disk.

use serde::Serialize;

use super::rig::written;

#[derive(Serialize)]
struct Contact {
    id: u64,
    name: String,
    mail: String,
    phone: Option<String>,
    tags: Vec<String>,
    born: i32,
}

#[test]
fn names_are_not_repeated() {
    let contact = Contact {
        id: 1,
        name: "Alice Park".into(),
        mail: "alice@example.org".into(),
        phone: Some("555-0101".into()),
        tags: vec!["friend".into(), "work".into()],
        born: 1990,
    };
    let texts = 10 + 17 + 8 + 6 + 4;
    let (bytes, _) = written(&contact);
    assert_eq!(bytes.len(), 1 + 1 + 5 + 2 + 3 + texts, "tags, a list's count, a number");
    assert_eq!(written(&vec![7_u8; 1000]).0.len(), 1003, "a byte each");
}
