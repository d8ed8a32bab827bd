//! Several tenants as one: a tuple of them, or as many as one likes of one type.

use forebay_store::Result;

use super::channel::Channel;
use super::tenant::{Reading, Tenant};
use crate::recovery::Recovery;

/// Tenants that open a journal together: tuples of up to six [`Tenant`]s, and `Vec`s of one type.
pub trait Tenants: Sized {
    /// What has become of them, in the same order.
    type Opened;
    #[doc(hidden)]
    type Readings;
    #[doc(hidden)]
    fn names(&self) -> Vec<(String, String)>;
    #[doc(hidden)]
    fn read(self) -> Result<Self::Readings>;
    #[doc(hidden)]
    fn tell(readings: &mut Self::Readings, tenant: usize, news: News<'_>) -> Result<()>;
    #[doc(hidden)]
    fn begin(
        readings: Self::Readings,
        channels: Vec<Channel>,
        recovery: &Recovery,
    ) -> Result<Self::Opened>;
}

/// What a tenant is told while the journal is read.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum News<'a> {
    Record(u64, &'a [u8]),
    Forgotten,
    End(u64),
    Settle,
}

fn tell<R: Reading>(reading: &mut R, news: News<'_>) -> Result<()> {
    match news {
        News::Record(number, record) => reading.record(number, record),
        News::Forgotten => {
            reading.forgotten();
            Ok(())
        }
        News::End(last) => reading.end(last),
        News::Settle => reading.settle(),
    }
}

macro_rules! tuple {
    ($($tenant:ident $at:tt),+) => {
        impl<$($tenant: Tenant),+> Tenants for ($($tenant,)+) {
            type Opened = ($($tenant::Opened,)+);
            type Readings = ($($tenant::Reading,)+);

            fn names(&self) -> Vec<(String, String)> {
                vec![$((self.$at.name(), self.$at.label())),+]
            }

            fn read(self) -> Result<Self::Readings> {
                Ok(($(self.$at.read()?,)+))
            }

            fn tell(readings: &mut Self::Readings, tenant: usize, news: News<'_>) -> Result<()> {
                match tenant {
                    $($at => tell(&mut readings.$at, news),)+
                    _ => Ok(()),
                }
            }

            fn begin(
                readings: Self::Readings,
                channels: Vec<Channel>,
                recovery: &Recovery,
            ) -> Result<Self::Opened> {
                let mut channels = channels.into_iter();
                let mut next = || channels.next().expect("a tenant has a channel");
                Ok(($(readings.$at.begin(next(), recovery)?,)+))
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);

impl<T: Tenant> Tenants for Vec<T> {
    type Opened = Vec<T::Opened>;
    type Readings = Vec<T::Reading>;

    fn names(&self) -> Vec<(String, String)> {
        self.iter().map(|tenant| (tenant.name(), tenant.label())).collect()
    }

    fn read(self) -> Result<Self::Readings> {
        self.into_iter().map(T::read).collect()
    }

    fn tell(readings: &mut Self::Readings, tenant: usize, news: News<'_>) -> Result<()> {
        readings.get_mut(tenant).map_or(Ok(()), |reading| tell(reading, news))
    }

    fn begin(
        readings: Self::Readings,
        channels: Vec<Channel>,
        recovery: &Recovery,
    ) -> Result<Self::Opened> {
        let both = readings.into_iter().zip(channels);
        both.map(|(reading, channel)| reading.begin(channel, recovery)).collect()
    }
}
