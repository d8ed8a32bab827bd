//! Whose the records of a shared journal are, while it is read.

use std::collections::VecDeque;

use forebay_store::{Error, Result};

use super::announcement::{Announced, SharedRecord, TAG_MAX, damaged};
use super::tenants::{News, Tenants};

/// A tenant who wants to be let in.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) name: String,
    pub(super) label: String,
    /// The tag that the newest announcement has for him.
    pub(super) tag: Option<u8>,
    /// The first and the last record that he was handed.
    pub(super) handed: Option<(u64, u64)>,
}

impl Claim {
    fn is(&self, announced: &Announced) -> bool {
        self.name == announced.name && self.label == announced.label
    }
}

/// Hands each record to the tenant who wrote it.
pub(super) struct Routing<T: Tenants> {
    pub(super) claims: Vec<Claim>,
    readings: T::Readings,
    /// Who the tenants are, says the newest announcement so far.
    announced: Option<Vec<Announced>>,
    /// The numbers of all announcements.
    pub(super) announcements: VecDeque<u64>,
    last: u64,
}

impl<T: Tenants> Routing<T> {
    pub(super) fn new(tenants: T) -> Result<Self> {
        let claims = tenants.names().into_iter();
        let claims = claims.map(|(name, label)| Claim { name, label, tag: None, handed: None });
        let claims: Vec<_> = claims.collect();
        check(&claims)?;
        let readings = tenants.read()?;
        let announcements = VecDeque::new();
        Ok(Self { claims, readings, announced: None, announcements, last: 0 })
    }

    pub(super) fn record(&mut self, number: u64, record: &[u8]) -> Result<()> {
        self.last = number;
        match SharedRecord::decode(record)? {
            SharedRecord::Announcement(tenants) => self.announcement(number, tenants),
            SharedRecord::Of(tag, record) => {
                // The journal is cut off before an announcement, so what comes before the first one is
                // needed by nobody.
                let Some(announced) = &self.announced else { return Ok(()) };
                let Some(of) = announced.iter().find(|announced| announced.tag == tag) else {
                    return Err(damaged(&format!("has the tag {tag}, and that is nobody's")));
                };
                let tenant = self.claims.iter().position(|claim| claim.is(of));
                tenant.map_or(Ok(()), |tenant| self.hand(tenant, number, record))
            }
        }
    }

    fn hand(&mut self, tenant: usize, number: u64, record: &[u8]) -> Result<()> {
        let claim = &mut self.claims[tenant];
        let first = claim.handed.map_or(number, |(first, _)| first);
        claim.handed = Some((first, number));
        T::tell(&mut self.readings, tenant, News::Record(number, record))
    }

    fn announcement(&mut self, number: u64, tenants: Vec<Announced>) -> Result<()> {
        self.announcements.push_back(number);
        for tenant in 0..self.claims.len() {
            let claim = &mut self.claims[tenant];
            let found = tenants.iter().find(|announced| claim.is(announced));
            claim.tag = found.map(|found| found.tag);
            if found.is_none() && claim.handed.take().is_some() {
                T::tell(&mut self.readings, tenant, News::Forgotten)?;
            }
        }
        self.announced = Some(tenants);
        Ok(())
    }

    /// Everything was read: whether everybody is there, but for those who are to be forgotten.
    pub(super) fn end(&mut self, forgotten: &[String]) -> Result<()> {
        for announced in self.announced.iter().flatten() {
            let Announced { name, label, .. } = announced;
            if forgotten.contains(name) || self.claims.iter().any(|claim| claim.is(announced)) {
                continue;
            }
            let message = match self.claims.iter().find(|claim| claim.name == *name) {
                Some(other) => {
                    let wanted = &other.label;
                    format!("the tenant `{name}` of the journal is `{label}`, not `{wanted}`")
                }
                None => format!(
                    "the journal has a tenant `{name}` ({label}), who is missing: open it with him, or \
                     forget him and all that he has in it"
                ),
            };
            return Err(Error::invalid(message));
        }
        (0..self.claims.len())
            .try_for_each(|tenant| T::tell(&mut self.readings, tenant, News::End(self.last)))
    }

    /// Nobody has refused anything.
    pub(super) fn settle(&mut self) -> Result<()> {
        (0..self.claims.len())
            .try_for_each(|tenant| T::tell(&mut self.readings, tenant, News::Settle))
    }

    /// The tenants with their tags: those who are known keep theirs.
    pub(super) fn tenants(&self) -> Result<Vec<Announced>> {
        let taken: Vec<u8> = self.announced.iter().flatten().map(|known| known.tag).collect();
        let mut free = (1..=TAG_MAX).filter(|tag| !taken.contains(tag));
        let tenants = self.claims.iter().map(|claim| {
            let too_many = || Error::invalid(format!("a journal has at most {TAG_MAX} tenants"));
            let tag = claim.tag.or_else(|| free.next()).ok_or_else(too_many)?;
            Ok(Announced { tag, name: claim.name.clone(), label: claim.label.clone() })
        });
        tenants.collect()
    }

    /// Whether the newest announcement says otherwise.
    pub(super) fn is_news(&self, tenants: &[Announced]) -> bool {
        let known = self.announced.as_deref().unwrap_or_default();
        known.len() != tenants.len() || tenants.iter().any(|tenant| !known.contains(tenant))
    }

    pub(super) fn into_readings(self) -> T::Readings {
        self.readings
    }
}

fn check(claims: &[Claim]) -> Result<()> {
    const NAME_MAX: usize = 255;
    const LABEL_MAX: usize = 1024;
    for (at, claim) in claims.iter().enumerate() {
        let name = &claim.name;
        if name.is_empty() || name.len() > NAME_MAX || claim.label.len() > LABEL_MAX {
            let message = format!(
                "the tenant `{name}`: a name has 1 to {NAME_MAX} bytes, a label at most {LABEL_MAX}"
            );
            return Err(Error::invalid(message));
        }
        if claims[..at].iter().any(|other| other.name == *name) {
            return Err(Error::invalid(format!("two tenants of the journal are called `{name}`")));
        }
    }
    Ok(())
}
