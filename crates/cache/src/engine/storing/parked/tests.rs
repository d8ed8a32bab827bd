//! What waits to be tried again, and which of it is the oldest.

use super::*;

#[test]
fn the_oldest_is_that_of_those_who_are_left() {
    let mut parking = Parking::<u64, u64>::default();
    let of = |oldest, is_sick| Parked {
        refs: Vec::new(),
        batch: None,
        attempt: 1,
        due: Moment(9),
        is_ready: false,
        oldest: Some(Moment(oldest)),
        is_sick,
    };
    for (number, oldest, is_sick) in [(1, 5, false), (2, 3, true), (3, 5, false), (4, 7, false)] {
        parking.keep(number, of(oldest, is_sick));
    }
    let oldest = |parking: &Parking<u64, u64>| (parking.oldest(true), parking.oldest(false));
    assert_eq!(oldest(&parking), (Some(Moment(3)), Some(Moment(5))));
    parking.take(2);
    parking.take(1);
    assert_eq!(oldest(&parking), (Some(Moment(5)), Some(Moment(5))));
    parking.take(3);
    assert_eq!(oldest(&parking), (Some(Moment(7)), Some(Moment(7))));
    parking.take(4);
    assert_eq!(oldest(&parking), (None, None));
}

#[test]
fn who_is_not_to_be_stored_any_more_ages_no_flight() {
    let mut parking = Parking::<u64, u64>::default();
    let item = |at, dirtied: u64| {
        let dirtied_at = Moment(dirtied);
        Ref { n: 0, at, version: 1, is_through: false, dirtied_at, weight: 0 }
    };
    let parked = Parked {
        refs: vec![item(1, 3), item(2, 5)],
        batch: None,
        attempt: 1,
        due: Moment(9),
        is_ready: false,
        oldest: Some(Moment(3)),
        is_sick: false,
    };
    parking.keep(1, parked);
    parking.ready(1);
    parking.leave(1, (0, 1));
    assert_eq!(parking.oldest(true), Some(Moment(5)));
    assert_eq!(parking.next_due(None), Some(Moment(9)));
    parking.leave(1, (0, 2));
    assert_eq!((parking.oldest(true), parking.next_due(None)), (None, None));
}

#[test]
fn the_number_of_sick_writes_is_that_of_those_who_are_left() {
    let mut parking = Parking::<u64, u64>::default();
    for (number, is_sick) in [(1, true), (2, false), (3, true)] {
        let (dirtied_at, version, is_through) = (Moment(3), 1, false);
        let item = |at| Ref { n: 0, at, version, is_through, dirtied_at, weight: 0 };
        let refs = vec![item(1), item(2)];
        let (attempt, due) = (1, Moment(9));
        let parked =
            Parked { refs, batch: None, attempt, due, is_ready: false, oldest: None, is_sick };
        parking.keep(number, parked);
    }
    let counted = |parking: &Parking<u64, u64>| {
        assert_eq!(parking.sick_writes(), parking.sick(|_| true));
        parking.sick_writes()
    };
    assert_eq!(counted(&parking), 4);
    parking.leave(1, (0, 1));
    assert_eq!(counted(&parking), 3);
    parking.leave(1, (0, 2));
    parking.take(2);
    assert_eq!(counted(&parking), 2);
    parking.take(3);
    assert_eq!(counted(&parking), 0);
}
