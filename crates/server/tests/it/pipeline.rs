//! Many commands at once.

use crate::harness::{Program, array, bulk, error, int, nil, simple};

#[test]
fn replies_come_in_the_order_of_the_commands() {
    for mode in ["through", "behind"] {
        let program = Program::memory(&["--write", mode]);
        let mut wire = program.connect();
        wire.send(
            "SET a 1\r\nSET b 2\r\nGET a\r\nINCR a\r\nINCR a\r\nMGET a b c\r\nnope\r\nDEL a b\r\n\
             GET a\r\nSET a x\r\nSET a y\r\nGET a\r\nMSET a 1 b 2\r\nDEL b\r\nDEL b\r\nPING\r\n",
        );
        let expected = [
            simple("OK"),
            simple("OK"),
            bulk("1"),
            int(2),
            int(3),
            array([bulk("3"), bulk("2"), nil()]),
            error("ERR unknown command 'nope', with args beginning with: "),
            int(2),
            nil(),
            simple("OK"),
            simple("OK"),
            bulk("y"),
            simple("OK"),
            int(1),
            int(0),
            simple("PONG"),
        ];
        let replies: Vec<_> = expected.iter().map(|_| wire.reply()).collect();
        assert_eq!(replies, expected, "{mode}");
    }
}

#[test]
fn a_long_pipeline_is_answered_as_a_whole() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let mut pipeline = Vec::new();
    for index in 0..5000 {
        pipeline.extend(format!("SET k{} {index}\r\n", index % 100).bytes());
        pipeline.extend(format!("GET k{}\r\n", index % 100).bytes());
    }
    wire.send(&pipeline);
    for index in 0..5000 {
        assert_eq!(wire.reply(), simple("OK"));
        assert_eq!(wire.reply(), bulk(index.to_string()));
    }
}

#[test]
fn writes_of_a_pipeline_go_to_the_store_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = format!("redb:{}", folder.path().join("store").display());
    let program = Program::start(&["--store", &store]);
    let mut wire = program.connect();
    let sets: Vec<_> = (0..100).map(|index| format!("SET k{index} v\r\n")).collect();
    wire.send(sets.concat());
    (0..100).for_each(|_| assert_eq!(wire.reply(), simple("OK")));
    let info = wire.ask("INFO forebay").text();
    let flushes = info.lines().find_map(|line| line.strip_prefix("flushes:"));
    let flushes: u64 = flushes.and_then(|count| count.parse().ok()).expect("a number");
    assert!(flushes < 50, "{flushes} calls for 100 writes");
}
