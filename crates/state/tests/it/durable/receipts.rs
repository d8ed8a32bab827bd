//! Receipts that are kept, and neither waited for nor dropped.

use std::time::Duration;

use forebay_store::Durability;

use super::ledger::Entry;
use super::rig::Rig;

#[test]
fn what_is_at_its_rung_is_shown_after_a_while_though_its_receipt_is_only_kept() {
    let mut rig = Rig::new(1);
    rig.open(false).unwrap();
    let mut receipts = Vec::new();
    for number in 0..5000 {
        let put = |tx: &mut super::ledger::LedgerTx<'_>| {
            tx.entries.put((number, String::new()), Entry::Opened)
        };
        let ticket = rig.state().submit(Durability::Journaled, put).unwrap();
        let unshown = ticket.receipt.revision().0 - rig.state().revision().0;
        // What had come by the last look, and what the journal had not written by then.
        assert!(unshown <= 1024 + 100, "{unshown} transactions are kept for nobody");
        receipts.push(ticket.receipt);
        if number % 100 == 0 {
            // The journal writes by itself what nobody waits for.
            rig.clock.advance(Duration::from_millis(200));
        }
    }
    for receipt in receipts {
        receipt.shown().wait().unwrap();
    }
    assert_eq!(rig.state().read().entries.len(), 5000);
}
