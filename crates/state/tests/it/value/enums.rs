//! Enums in all their forms.

use serde::{Deserialize, Serialize};

use super::rig::{read_as, round_trip, written};

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
enum Shape {
    Point,
    Circle(f64),
    Line(u8, u8),
    Box { width: u32, height: u32 },
    Group(Vec<Shape>),
    Maybe(Option<Box<Shape>>),
}

fn shapes() -> Vec<Shape> {
    let plain = vec![
        Shape::Point,
        Shape::Circle(1.5),
        Shape::Line(1, 2),
        Shape::Box { width: 3, height: 400 },
        Shape::Maybe(None),
    ];
    let maybe = Shape::Maybe(Some(Box::new(Shape::Group(plain.clone()))));
    plain.into_iter().chain([maybe]).collect()
}

#[test]
fn a_variant_of_each_form_comes_back() {
    shapes().iter().for_each(round_trip);
    round_trip(&shapes());
    assert_eq!(written(&Shape::Point).0.len(), 1, "one byte");
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Text(String),
    List(Vec<Untagged>),
    Named { shape: Shape },
    Nothing,
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
#[serde(tag = "type")]
enum Internal {
    Unit,
    Named { at: Option<u8>, shape: Shape },
    Of(Inner),
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Unit,
    One(Shape),
    Two(u8, String),
    Named { shape: Shape },
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Inner {
    list: Vec<u8>,
    pair: (i8, bool),
}

#[test]
fn untagged_enums_come_back() {
    for shape in shapes() {
        round_trip(&Untagged::Named { shape });
    }
    let list = vec![Untagged::Number(-5), Untagged::Text("a".into()), Untagged::Nothing];
    round_trip(&Untagged::List(list));
}

#[test]
fn internally_tagged_enums_come_back() {
    for shape in shapes() {
        round_trip(&vec![
            Internal::Unit,
            Internal::Named { at: None, shape: shape.clone() },
            Internal::Named { at: Some(1), shape },
            Internal::Of(Inner { list: vec![1, 255], pair: (-1, true) }),
        ]);
    }
}

#[test]
fn adjacently_tagged_enums_come_back() {
    for shape in shapes() {
        round_trip(&vec![
            Adjacent::Unit,
            Adjacent::One(shape.clone()),
            Adjacent::Two(1, "two".into()),
            Adjacent::Named { shape },
        ]);
    }
}

#[derive(Deserialize, PartialEq, Debug)]
enum Reordered {
    Added,
    Box { height: u64, width: u64, depth: Option<u64> },
    Circle(f64),
    Point,
}

#[test]
fn variants_are_known_by_name() {
    let read: Vec<Reordered> =
        read_as(&vec![Shape::Box { width: 1, height: 2 }, Shape::Point, Shape::Circle(0.5)])
            .unwrap();
    let expected = Reordered::Box { height: 2, width: 1, depth: None };
    assert_eq!(read, [expected, Reordered::Point, Reordered::Circle(0.5)]);
    assert_eq!(read_as::<Reordered>(&"Added").unwrap(), Reordered::Added, "a name is enough");
    assert_eq!(read_as::<String>(&Shape::Point).unwrap(), "Point");
}

#[test]
fn a_variant_that_is_not_there_or_is_another_is_another_shape() {
    for shape in [Shape::Line(1, 2), Shape::Group(vec![])] {
        let error = read_as::<Reordered>(&shape).unwrap_err();
        assert_eq!(error.kind(), forebay_store::ErrorKind::Invalid, "{error}");
    }
}
