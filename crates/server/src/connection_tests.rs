//! What connections promise of the journal, over a disk that a test holds.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use forebay::{IntoStore, MemoryStore, Seams};
use forebay_journal::disk::simulated::{Call as DiskCall, Fault, Remains, SimulatedDisk};
use tokio::io::DuplexStream;

use super::*;
use crate::config::Sources;
use crate::keyspace::Keyspace;
use crate::open;
use crate::record::ServerCodec;

/// After this long without what it waits for, a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server whose journal is on `disk`, and that stores and syncs nothing by itself.
fn server(disk: &SimulatedDisk, durability: &str) -> Arc<Server> {
    let flags = [
        ("store", "dir:unused"),
        ("durability", durability),
        ("flush-delay", "1h"),
        ("journal-sync-after", "1h"),
        // So long that no write waits for the next one to be made, which takes a sync, too.
        ("journal-segment", "4mib"),
        ("journal-bytes", "64mib"),
        ("idle-timeout", "0"),
        ("reply-bytes", "1mib"),
        ("output-bytes", "1mib"),
    ];
    let flags = flags.map(|(key, value)| (key.to_string(), value.to_string())).to_vec();
    let resolved = Sources { flags, ..Sources::default() }.resolve().unwrap();
    let seams = Seams::real();
    let store = MemoryStore::new().into_store(&seams);
    let journal = open::journal(&resolved.config);
    let cache = open::builder(&resolved.config, &store, &seams)
        .journal_in(disk.directory("journal"), journal, ServerCodec)
        .open()
        .wait()
        .unwrap();
    let keyspace = Keyspace::new(cache, store, Arc::clone(&seams.clock));
    let server = Arc::new(Server::new(resolved, keyspace, &seams));
    tokio::spawn(Arc::clone(&server.wakes).serve());
    server
}

/// A client of `server`.
fn connect(server: &Arc<Server>) -> DuplexStream {
    let (ours, theirs) = tokio::io::duplex(4096);
    let server = Arc::clone(server);
    tokio::spawn(async move {
        let (_stop, stopped) = watch::channel(false);
        let place = server.clients.enter("a".into(), "b".into(), server.clock.now()).unwrap();
        let session = Session::new(Arc::clone(&place.client), &server.config);
        Connection::new(&server, theirs, session, stopped).serve().await
    });
    ours
}

/// Sends a command and reads as many bytes as the expected reply has.
async fn expect(client: &mut DuplexStream, command: &str, reply: &str) {
    client.write_all(format!("{command}\r\n").as_bytes()).await.unwrap();
    hear(client, reply).await;
}

async fn hear(client: &mut DuplexStream, reply: &str) {
    let mut bytes = vec![0; reply.len()];
    let read = tokio::time::timeout(PATIENCE, client.read_exact(&mut bytes)).await;
    read.expect("it is answered").unwrap();
    assert_eq!(String::from_utf8_lossy(&bytes), reply);
}

/// Holds up the next syncs of files: the receiver hears of each, and each waits for a word.
fn hold_syncs(disk: &SimulatedDisk) -> (Sender<()>, Receiver<()>) {
    let ((go, may_go), (begun, has_begun)) = (channel(), channel());
    let may_go = Mutex::new(may_go);
    disk.on_call(Box::new(move |call| {
        if call == DiskCall::Sync {
            let _ = begun.send(());
            let _ = may_go.lock().unwrap().recv();
        }
    }));
    (go, has_begun)
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_clients_that_set_at_synced_share_a_few_syncs() {
    let disk = SimulatedDisk::new(1);
    let server = server(&disk, "synced");
    let mut clients: Vec<_> = (0..50).map(|_| connect(&server)).collect();
    let before = disk.counts().syncs;
    let (go, has_begun) = hold_syncs(&disk);
    for (at, client) in clients.iter_mut().enumerate() {
        client.write_all(format!("SET key{at} v\r\n").as_bytes()).await.unwrap();
    }
    // While the first sync is under way, all others come into the journal.
    has_begun.recv_timeout(PATIENCE).expect("a sync");
    until("all are accepted", || server.keyspace.stats().dirty_entries == 50).await;
    drop(go);
    for client in &mut clients {
        hear(client, "+OK\r\n").await;
    }
    let syncs = disk.counts().syncs - before;
    // One is under way, one is for all others; some may be for the next segment.
    assert!((1..=8).contains(&syncs), "{syncs} syncs for 50 writes");
    disk.power_cut_leaving(Remains::Nothing);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_waited_for_is_there_after_a_power_cut() {
    for (durability, is_waited_for, restored) in
        [("memory", true, 1), ("journaled", true, 1), ("journaled", false, 0), ("synced", false, 1)]
    {
        let disk = SimulatedDisk::new(1);
        let before = server(&disk, durability);
        let mut client = connect(&before);
        expect(&mut client, "SET k v", "+OK\r\n").await;
        if is_waited_for {
            expect(&mut client, "WAITAOF 1 0 0", "*2\r\n:1\r\n:0\r\n").await;
        }
        disk.power_cut_leaving(Remains::Nothing);
        let stats = server(&disk, "journaled").keyspace.stats();
        assert_eq!(stats.restored, restored, "{durability}, {is_waited_for}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wait_for_the_device_ends_with_its_time_and_says_what_is_so() {
    let disk = SimulatedDisk::new(1);
    let server = server(&disk, "journaled");
    let mut client = connect(&server);
    let (go, _has_begun) = hold_syncs(&disk);
    expect(&mut client, "SET k v", "+OK\r\n").await;
    expect(&mut client, "WAITAOF 0 0 0", "*2\r\n:0\r\n:0\r\n").await;
    expect(&mut client, "WAITAOF 1 0 1", "*2\r\n:0\r\n:0\r\n").await;
    drop(go);
    expect(&mut client, "WAITAOF 1 0 0", "*2\r\n:1\r\n:0\r\n").await;
    expect(&mut client, "WAITAOF 0 0 0", "*2\r\n:1\r\n:0\r\n").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_journal_does_not_take_is_told_as_the_journals_and_not_as_the_stores() {
    let disk = SimulatedDisk::new(1);
    let server = server(&disk, "journaled");
    let mut client = connect(&server);
    expect(&mut client, "SET k v", "+OK\r\n").await;
    for call in [DiskCall::Write, DiskCall::Sync, DiskCall::Create] {
        disk.fail_from(call, 1, Fault::Error);
    }
    expect(&mut client, "SET k w", "-UNKNOWN ").await;
    let mut client = connect(&server);
    expect(&mut client, "SET k w", "-ERR journal: ").await;
    for stored in ["SET k w", "DEL k", "INCR n"] {
        let mut client = connect(&server);
        expect(&mut client, "FOREBAY.DURABILITY stored", "+OK\r\n").await;
        expect(&mut client, stored, "-ERR journal: ").await;
    }
    let mut client = connect(&server);
    expect(&mut client, "FOREBAY.FLUSH", "-ERR journal: ").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_take_his_replies_is_cut_off_at_the_bound_and_others_go_on() {
    let disk = SimulatedDisk::new(1);
    let server = server(&disk, "memory");
    // Two such replies are more than the bound, one is not.
    let value = "x".repeat(600_000);
    let mut steady = connect(&server);
    let set = format!("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n${}\r\n{value}", value.len());
    expect(&mut steady, &set, "+OK\r\n").await;
    let reply = format!("$600000\r\n{value}\r\n");
    for cut in 0..3 {
        let mut slow = connect(&server);
        slow.write_all(b"GET k\r\n").await.unwrap();
        until("it lies there", || server.output.held() > 500_000).await;
        expect(&mut steady, "GET k", &reply).await;
        assert_eq!(server.output.cut(), cut + 1);
        let mut rest = Vec::new();
        slow.read_to_end(&mut rest).await.unwrap();
        assert!(rest.len() < reply.len(), "{} bytes", rest.len());
        until("nothing is held", || server.output.held() == 0).await;
    }
    expect(&mut steady, "PING", "+PONG\r\n").await;
}
