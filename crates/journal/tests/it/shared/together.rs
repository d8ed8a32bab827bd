//! Partners: all of them, or nobody.

use std::sync::Mutex;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Channel, Frame, Mark, Partner, append_together, encode_together};
use forebay_store::{Durability, Error, ErrorKind, Op, Result};

use super::rig::{Lodger, frame, open, two};

/// A partner who notes what is done with him.
struct Parcel<'a> {
    lodger: &'a Lodger,
    mark: Option<Mark>,
    refuses: bool,
    log: &'a Mutex<Vec<String>>,
}

impl<'a> Parcel<'a> {
    fn new(lodger: &'a Lodger, log: &'a Mutex<Vec<String>>) -> Self {
        Self { lodger, mark: None, refuses: false, log }
    }

    fn note(&self, what: &str) {
        self.log.lock().unwrap().push(format!("{what} {}", self.lodger.channel.tag()));
    }
}

impl Partner for Parcel<'_> {
    fn channel(&self) -> &Channel {
        &self.lodger.channel
    }

    fn encode(&mut self, frame: &mut Frame) -> Result<()> {
        self.note("encode");
        frame.push_with(|bytes| {
            self.lodger.channel.begin_record(bytes);
            bytes.extend_from_slice(b"parcel _");
            Ok(())
        })?;
        self.mark = Some(frame.mark());
        Ok(())
    }

    fn room(&mut self) -> Op<()> {
        Op::ready(())
    }

    fn enter(
        &mut self,
        frame: &mut Frame,
        append: &mut dyn FnMut(&mut Frame) -> Result<u64>,
    ) -> Result<u64> {
        self.note("enter");
        if self.refuses {
            return Err(Error::refused("no"));
        }
        frame.overwrite_at(self.mark.unwrap(), b"7");
        let number = self.lodger.channel.include(|| append(frame))?;
        self.note("leave");
        Ok(number)
    }

    fn end(&mut self) {}
}

#[test]
fn partners_enter_in_the_order_of_their_tags_and_are_in_one_frame() {
    let disk = SimulatedDisk::new(1);
    let lodgers = open(&disk, &["shop", "mail", "more"]).unwrap();
    let log = Mutex::default();
    let (mut more, mut mail) = (Parcel::new(&lodgers[2], &log), Parcel::new(&lodgers[1], &log));
    let mut partners: Vec<&mut dyn Partner> = vec![&mut more, &mut mail];
    let mut frame = frame(&[(&lodgers[0], b"order")]);
    let channel = &lodgers[0].channel;
    encode_together(channel, &mut frame, &mut partners).unwrap();
    let number = append_together(channel, &mut frame, &mut partners).unwrap();
    channel.wait(number, Durability::Synced).unwrap();
    let done = ["encode 2", "encode 3", "enter 2", "enter 3", "leave 3", "leave 2"];
    assert_eq!(*log.lock().unwrap(), done);
    let found = open(&disk, &["shop", "mail", "more"]).unwrap();
    let texts: Vec<_> = found.iter().map(Lodger::texts).collect();
    assert_eq!(texts, [["order"], ["parcel 7"], ["parcel 7"]]);
}

#[test]
fn if_one_of_them_refuses_nothing_is_appended() {
    let disk = SimulatedDisk::new(1);
    let lodgers = open(&disk, &["shop", "mail", "more"]).unwrap();
    let log = Mutex::default();
    let (mut more, mut mail) = (Parcel::new(&lodgers[2], &log), Parcel::new(&lodgers[1], &log));
    more.refuses = true;
    let mut partners: Vec<&mut dyn Partner> = vec![&mut more, &mut mail];
    let mut frame = frame(&[(&lodgers[0], b"order")]);
    let channel = &lodgers[0].channel;
    encode_together(channel, &mut frame, &mut partners).unwrap();
    let before = channel.position();
    let error = append_together(channel, &mut frame, &mut partners).unwrap_err();
    assert_eq!((error.kind(), channel.position()), (ErrorKind::Refused, before));
}

#[test]
fn what_a_partner_has_in_a_frame_of_anothers_is_kept_until_he_lets_go_of_it() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let log = Mutex::default();
    let mut parcel = Parcel::new(&mail, &log);
    let mut partners: Vec<&mut dyn Partner> = vec![&mut parcel];
    let mut frame = frame(&[(&shop, b"order")]);
    encode_together(&shop.channel, &mut frame, &mut partners).unwrap();
    append_together(&shop.channel, &mut frame, &mut partners).unwrap();
    for _ in 0..30 {
        let number = shop.append_synced(&[1; 9000]);
        shop.channel.retire(number + 1).unwrap();
    }
    assert_eq!(two(&disk).1.texts(), ["parcel 7"]);
}

#[test]
fn tenants_of_different_journals_and_one_tenant_twice_do_not_write_together() {
    let disk = SimulatedDisk::new(1);
    let (shop, mail) = two(&disk);
    let (_, other) = two(&SimulatedDisk::new(2));
    let log = Mutex::default();
    let refused = |mut parcels: Vec<Parcel<'_>>| {
        let mut partners: Vec<&mut dyn Partner> = Vec::new();
        partners.extend(parcels.iter_mut().map(|parcel| parcel as &mut dyn Partner));
        encode_together(&shop.channel, &mut Frame::new(), &mut partners).unwrap_err().kind()
    };
    for parcels in [
        vec![Parcel::new(&other, &log)],
        vec![Parcel::new(&shop, &log)],
        vec![Parcel::new(&mail, &log), Parcel::new(&mail, &log)],
    ] {
        assert_eq!(refused(parcels), ErrorKind::Invalid);
    }
    assert!(log.lock().unwrap().is_empty());
}
