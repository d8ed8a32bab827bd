//! An order and the mail about it in one transaction, an outbox without a table for it.
//!
//! `cargo run -p forebay --features state --example outbox`
#![expect(clippy::print_stdout, reason = "an example shows its result")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use forebay::state::{State, Table};
use forebay::{
    Batch, BlockingStore, Cache, Durability, Edit, Error, ErrorKind, JournalSettings, Outcome,
    Result, Settings, SharedJournal,
};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Order {
    buyer: String,
    kettles: u32,
}

#[derive(State, Clone)]
struct Shop {
    #[table(id = 1)]
    orders: Table<u64, Order>,
    #[table(id = 2)]
    stock: Table<String, u32>,
}

/// The mail server: a slow system of record, which is down now and then. What is stored here is sent.
#[derive(Default)]
struct MailServer {
    is_up: AtomicBool,
    sent: Mutex<Vec<String>>,
}

/// The cache's hold on it.
struct Mailer(Arc<MailServer>);

impl BlockingStore<u64, String> for Mailer {
    fn load(&self, keys: &[u64]) -> Result<Vec<Option<String>>> {
        Ok(vec![None; keys.len()])
    }

    fn apply(&self, batch: &Batch<u64, String>) -> Result<Vec<Outcome>> {
        if !self.0.is_up.load(Ordering::Acquire) {
            return Err(Error::unavailable("the mail server is down"));
        }
        let mut sent = self.0.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.extend(batch.ops.iter().filter_map(|op| match &op.edit {
            Edit::Put { value, .. } => Some(value.clone()),
            Edit::Delete => None,
        }));
        Ok(vec![Outcome::Stored; batch.ops.len()])
    }
}

/// The shop and its mail in one journal.
fn open(folder: &Path, server: &Arc<MailServer>) -> Result<(State<Shop>, Cache<u64, String>)> {
    let mail = Cache::builder(Mailer(Arc::clone(server))).write_behind(Settings::default());
    let shop = State::<Shop>::builder(folder.join("shop.state"));
    SharedJournal::at(folder.join("shop.journal"), JournalSettings::default())
        .open((shop.tenant("shop"), mail.tenant("mail")))
}

/// Takes an order: it is in the table and its mail on the way, or nothing has happened.
fn order(shop: &State<Shop>, mail: &Cache<u64, String>, number: u64, order: &Order) -> Result<()> {
    shop.write_at(Durability::Synced, |tx| {
        let Order { buyer, kettles } = order;
        tx.orders.insert(number, order.clone())?;
        tx.enlist(mail)?.put(number, format!("Dear {buyer}, you will get {kettles} kettles."))?;
        let left = tx.stock.get("kettles").copied().unwrap_or(0);
        let left = left
            .checked_sub(*kettles)
            .ok_or_else(|| Error::refused(format!("only {left} kettles are left")))?;
        tx.stock.put("kettles".to_owned(), left)
    })
}

fn main() -> Result<()> {
    let folder = tempfile::tempdir()
        .map_err(|error| Error::unavailable("make a folder for the example").with_source(error))?;
    let server = Arc::new(MailServer::default());

    let (shop, mail) = open(folder.path(), &server)?;
    shop.write(|tx| tx.stock.put("kettles".to_owned(), 5))?;
    for (number, buyer, kettles) in [(1, "Ada", 2), (2, "Alan", 4), (3, "Grace", 3)] {
        let wanted = Order { buyer: buyer.to_owned(), kettles };
        match order(&shop, &mail, number, &wanted) {
            Ok(()) => println!("order {number} of {buyer}: taken"),
            Err(error) => println!("order {number} of {buyer}: {error}, and no mail is sent"),
        }
    }
    println!("the mail server is down: {} mails wait", mail.dirty_count());

    // The program ends, and the mails are not sent yet. Had it been killed, it would be the same.
    let report = mail.close(Duration::ZERO).wait()?;
    shop.close().wait()?;
    drop((shop, mail));
    println!("the program ends with {} mails unsent", report.left);

    // They are in the journal beside the orders, and go out when the next one runs.
    server.is_up.store(true, Ordering::Release);
    let (shop, mail) = loop {
        match open(folder.path(), &server) {
            // A call of the mail server that was on its way has the journal until it is back. A process
            // that ends leaves nobody behind who has.
            Err(error) if error.kind() == ErrorKind::Unavailable => std::thread::yield_now(),
            opened => break opened?,
        }
    };
    mail.flush().wait()?;
    println!("the next one has {} orders; these mails were sent:", shop.read().orders.len());
    let sent = server.sent.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for text in &sent {
        println!("  {text}");
    }
    assert_eq!((shop.read().orders.len(), sent.len(), mail.dirty_count()), (2, 2, 0));
    let report = mail.close(Duration::from_secs(1)).wait()?;
    shop.close().wait()?;
    assert_eq!(report.left, 0);
    Ok(())
}
