//! A struct or a variant with named fields: the number of its layout, then its values.
//!
//! Serde tells the names one by one, after the beginning. So the layout of the last value of the type is
//! written as a guess, and each name is compared by address. Where it turns out wrong, another known
//! layout that begins alike is followed, or the fields are collected and a new one is learned; then the
//! number at the beginning is corrected.

use std::ops::Range;

use serde::Serialize;
use serde::ser::{SerializeStruct, SerializeStructVariant};

use super::sink::Writer;
use crate::value::bytes::Bytes;
use crate::value::dictionary::Dictionary;
use crate::value::fault::Fault;
use crate::value::layout::LayoutKind;
use crate::value::memo::TypeName;
use crate::value::tag;

/// Writes the fields of a struct or a variant.
#[derive(Debug)]
pub(in crate::value) struct FieldsWriter<'a, 'w> {
    writer: &'a mut Writer<'w>,
    kind: LayoutKind,
    of: TypeName,
    /// Where the tag is.
    start: usize,
    /// Where the first field is.
    body: usize,
    guessed: Option<usize>,
    course: Course,
    /// Where in the memo the name of the next field is, and where the last one ends; nothing where the fields are
    /// collected.
    next: usize,
    end: usize,
}

#[derive(Debug)]
enum Course {
    /// The fields are those of a layout that the memo knows.
    Known(usize),
    /// They are collected, each with its offset.
    Own(Vec<(&'static str, usize)>),
}

impl<'a, 'w> FieldsWriter<'a, 'w> {
    #[inline]
    pub(super) fn begin(
        writer: &'a mut Writer<'w>,
        kind: LayoutKind,
        of: TypeName,
        count: usize,
    ) -> Result<Self, Fault> {
        writer.enter()?;
        let start = writer.out.len();
        let memo = &writer.dictionary.memo;
        let guess = memo.guess(kind, of, count);
        let guess = guess.and_then(|known| Some((known, memo.number(known)?)));
        let (guessed, course, names) = match guess {
            Some((known, number)) => {
                let names = memo.names(known);
                writer.layout(number);
                (Some(known), Course::Known(known), names)
            }
            None => (None, Course::Own(Vec::new()), 0..0),
        };
        let body = writer.out.len();
        let Range { start: next, end } = names;
        Ok(Self { writer, kind, of, start, body, guessed, course, next, end })
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Fault> {
        if self.next < self.end && self.writer.dictionary.memo.is_name(self.next, name) {
            self.next += 1;
        } else {
            self.turn(name)?;
        }
        value.serialize(&mut *self.writer)
    }

    /// It is not the field that was expected, if any was.
    #[cold]
    fn turn(&mut self, name: &'static str) -> Result<(), Fault> {
        let known = match &mut self.course {
            Course::Known(known) => *known,
            Course::Own(fields) => {
                fields.push((name, self.writer.out.len()));
                return Ok(());
            }
        };
        let at = self.written(known);
        let memo = &self.writer.dictionary.memo;
        if let Some(other) = memo.turn(known, at, Some(name)) {
            let names = memo.names(other);
            (self.next, self.end) = (names.start + at + 1, names.end);
            self.course = Course::Known(other);
            return Ok(());
        }
        let mut fields = self.collect(known)?;
        fields.push((name, self.writer.out.len()));
        (self.next, self.end) = (0, 0);
        self.course = Course::Own(fields);
        Ok(())
    }

    /// How many fields of a known layout were written.
    fn written(&self, known: usize) -> usize {
        self.next - self.writer.dictionary.memo.names(known).start
    }

    /// The fields so far, each with its offset, which nobody wrote down.
    fn collect(&self, known: usize) -> Result<Vec<(&'static str, usize)>, Fault> {
        let dictionary: &Dictionary = &*self.writer.dictionary;
        let mut bytes = Bytes::new(&self.writer.out[self.body..], dictionary);
        let names = dictionary.memo.fields(known).iter().take(self.written(known));
        names
            .map(|name| {
                let at = self.writer.out.len() - bytes.left();
                bytes.skip().map(|()| (*name, at))
            })
            .collect()
    }

    #[inline]
    fn finish(mut self) -> Result<(), Fault> {
        self.writer.leave();
        let Course::Known(mut known) = self.course else { return self.correct() };
        if self.next != self.end {
            let at = self.written(known);
            let memo = &self.writer.dictionary.memo;
            let Some(shorter) = memo.turn(known, at, None) else { return self.correct() };
            known = shorter;
            self.next = memo.names(known).end;
        }
        if Some(known) == self.guessed {
            return Ok(());
        }
        self.course = Course::Known(known);
        let memo = &mut self.writer.dictionary.memo;
        let Some(number) = memo.number(known) else { return self.correct() };
        memo.prefer(known);
        self.renumber(number);
        Ok(())
    }

    /// Another layout than the guess, with the same values.
    fn renumber(&mut self, number: u64) {
        let end = self.writer.out.len();
        self.writer.layout(number);
        if self.writer.out.len() - end == self.body - self.start {
            self.writer.out.copy_within(end.., self.start);
            self.writer.out.truncate(end);
        } else {
            let tag = self.writer.out.split_off(end);
            self.writer.out.splice(self.start..self.body, tag);
        }
    }

    /// Puts the right beginning before the fields.
    #[cold]
    fn correct(&mut self) -> Result<(), Fault> {
        let fields = match std::mem::replace(&mut self.course, Course::Own(Vec::new())) {
            Course::Known(known) => self.collect(known)?,
            Course::Own(fields) => fields,
        };
        let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        let dictionary = &mut *self.writer.dictionary;
        let number = match dictionary.memo.find(self.kind, self.of, &names) {
            Some(known) => {
                dictionary.memo.prefer(known);
                dictionary.memo.number(known)
            }
            None => dictionary.learn(self.kind, self.of, &names, fields.len()),
        };
        let mut values = self.writer.out.split_off(self.body);
        self.writer.out.truncate(self.start);
        match number {
            Some(number) => {
                self.writer.layout(number);
                self.writer.out.append(&mut values);
            }
            None => self.as_map(&fields, &values),
        }
        Ok(())
    }

    /// There is no layout: the names stand with the values.
    fn as_map(&mut self, fields: &[(&'static str, usize)], values: &[u8]) {
        if self.kind == LayoutKind::Fields {
            self.writer.counted(tag::MAP, 1);
            self.writer.text(self.of.variant);
        }
        self.writer.counted(tag::MAP, fields.len() as u64);
        let body = self.body;
        let ends = fields.iter().skip(1).map(|(_, at)| at - body);
        let ends = ends.chain([values.len()]);
        for ((name, at), end) in fields.iter().zip(ends) {
            self.writer.text(name);
            self.writer.out.extend_from_slice(&values[at - body..end]);
        }
    }
}

/// The two traits of serde that mean the same here.
macro_rules! fields {
    ($($trait:ident)*) => {
        $(impl $trait for FieldsWriter<'_, '_> {
            type Ok = ();
            type Error = Fault;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Fault> {
                self.field(name, value)
            }

            fn end(self) -> Result<(), Fault> {
                self.finish()
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }
