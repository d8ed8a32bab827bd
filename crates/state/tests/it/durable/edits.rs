//! Changes of the ledger and of what it should be, drawn by chance.

use forebay_store::Result;
use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;

use super::ledger::{Account, Entry, LedgerTx};
use super::model::Content;

/// A stream of draws.
pub(crate) struct Dice(SeededRandom);

impl Dice {
    /// The stream of `seed`, and of what it is for.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mixed = SeededRandom::new(seed.wrapping_mul(0x1_0000_0001).wrapping_add(purpose << 40));
        Self(SeededRandom::new(mixed.next_u64()))
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&self, end: u64) -> u64 {
        self.0.next_u64() % end
    }

    /// One of these.
    pub(crate) fn pick<T: Copy>(&self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

/// One change of one table.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Edit {
    Open(u32, i64),
    Pay(u32, i64),
    Close(u32),
    Forget,
    /// So many accounts that the transaction is a large one.
    Found(i64),
}

impl Edit {
    pub(crate) fn draw(dice: &Dice) -> Self {
        let account = u32::try_from(dice.below(12)).unwrap();
        let amount = i64::try_from(dice.below(1000)).unwrap() - 500;
        match dice.below(41) {
            40 => Self::Found(amount),
            drawn => Self::small(drawn % 20, account, amount),
        }
    }

    fn small(drawn: u64, account: u32, amount: i64) -> Self {
        match drawn {
            0..7 => Self::Open(account, amount),
            7..15 => Self::Pay(account, amount),
            15..19 => Self::Close(account),
            _ => Self::Forget,
        }
    }

    /// Makes the change in both.
    pub(crate) fn make(self, tx: &mut LedgerTx<'_>, content: &mut Content) -> Result<()> {
        match self {
            Self::Open(id, balance) => {
                let account = Account { owner: format!("owner {id}"), balance };
                tx.accounts.put(id, account.clone())?;
                tx.entries.put((id, String::new()), Entry::Opened)?;
                content.accounts.insert(id, account);
                content.entries.insert((id, String::new()), Entry::Opened);
            }
            Self::Pay(id, amount) => {
                let paid = tx.accounts.update(&id, |account| account.balance += amount)?;
                let should = content.accounts.get_mut(&id);
                assert_eq!(paid.is_some(), should.is_some(), "it sees what was accepted");
                let Some(account) = should else { return Ok(()) };
                account.balance += amount;
                let note = (amount % 2 == 0)
                    .then(|| "a note ".repeat(usize::try_from(amount.unsigned_abs()).unwrap()));
                let (key, entry) = ((id, format!("{amount}")), Entry::Paid { amount, note });
                tx.entries.put(key.clone(), entry.clone())?;
                content.entries.insert(key, entry);
            }
            Self::Close(id) => {
                assert_eq!(tx.accounts.delete(&id), content.accounts.remove(&id).is_some());
                let (low, high) = ((id, String::new()), (id + 1, String::new()));
                let keys: Vec<_> =
                    tx.entries.range(low..high).map(|(key, _)| key.clone()).collect();
                for key in keys {
                    assert!(tx.entries.delete(&key));
                    assert!(content.entries.remove(&key).is_some(), "it sees what was accepted");
                }
            }
            Self::Forget => {
                tx.entries.clear();
                content.entries.clear();
            }
            Self::Found(balance) => {
                for id in 1000..1300 {
                    let account = Account { owner: String::new(), balance };
                    tx.accounts.put(id, account.clone())?;
                    content.accounts.insert(id, account);
                }
            }
        }
        Ok(())
    }
}

/// Some changes for one transaction.
pub(crate) fn some(dice: &Dice) -> Vec<Edit> {
    (0..=dice.below(5)).map(|_| Edit::draw(dice)).collect()
}
