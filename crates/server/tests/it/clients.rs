//! What clients learn about clients.

use crate::harness::{Program, array, bulk, error, eventually, nil, simple};

#[test]
fn clients_have_numbers_and_names() {
    let program = Program::memory(&[]);
    let (mut one, mut two) = (program.connect(), program.connect());
    let (first, second) = (one.ask("CLIENT ID").int(), two.ask("CLIENT ID").int());
    assert_ne!(first, second);
    assert_eq!(one.ask("CLIENT GETNAME"), nil());
    assert_eq!(one.ask("CLIENT SETNAME bob"), simple("OK"));
    assert_eq!(one.ask("CLIENT GETNAME"), bulk("bob"));
    assert!(one.ask("CLIENT INFO").text().contains(" name=bob "));

    let all = two.ask("CLIENT LIST").text();
    assert_eq!(all.lines().count(), 2, "{all}");
    let of_one = two.ask(&format!("CLIENT LIST ID {first}")).text();
    assert!(of_one.starts_with(&format!("id={first} addr=127.0.0.1:")), "{of_one}");
    assert_eq!(two.ask("CLIENT LIST TYPE pubsub"), bulk(""));
    assert_eq!(two.ask("CLIENT LIST TYPE x"), error("ERR Unknown client type 'x'"));
    assert_eq!(two.ask("CLIENT LIST ID x"), error("ERR Invalid client ID"));
    assert_eq!(two.ask("CLIENT LIST NOW"), error("ERR syntax error"));
    drop(one);
    eventually("the client is gone", || two.ask("CLIENT LIST").text().lines().count() == 1);
}

#[test]
fn what_libraries_say_at_the_start_is_accepted() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    for command in [
        "CLIENT SETINFO LIB-NAME some-library",
        "CLIENT SETINFO lib-ver 1.2.3",
        "CLIENT NO-EVICT ON",
        "CLIENT NO-TOUCH off",
        "CLIENT SETNAME a",
    ] {
        assert_eq!(wire.ask(command), simple("OK"), "{command}");
    }
    assert_eq!(
        wire.ask("CLIENT SETINFO lib-color red"),
        error("ERR Unrecognized option 'lib-color'")
    );
    assert_eq!(wire.ask("CLIENT NO-EVICT maybe"), error("ERR syntax error"));
    let reply = wire.ask("CLIENT REPLY OFF");
    assert_eq!(reply, error("ERR unknown subcommand 'REPLY'. Try CLIENT HELP."));
    let name = "ERR Client names cannot contain spaces, newlines or special characters.";
    assert_eq!(wire.command(&[b"CLIENT", b"SETNAME", b"a b"]), error(name));
}

#[test]
fn settings_are_told_but_not_changed() {
    let program = Program::memory(&["--memory", "32mib"]);
    let mut wire = program.connect();
    let get =
        |wire: &mut crate::harness::Wire<_>, name: &str| wire.ask(&format!("CONFIG GET {name}"));
    assert_eq!(get(&mut wire, "maxmemory"), array([bulk("maxmemory"), bulk("33554432")]));
    assert_eq!(get(&mut wire, "save"), array([bulk("save"), bulk("")]));
    assert_eq!(get(&mut wire, "appendonly"), array([bulk("appendonly"), bulk("no")]));
    assert_eq!(get(&mut wire, "databases"), array([bulk("databases"), bulk("1")]));
    assert_eq!(get(&mut wire, "port"), array([bulk("port"), bulk(program.port())]));
    assert_eq!(get(&mut wire, "memory save nope").list().len(), 4);
    assert_eq!(get(&mut wire, "nope"), array([]));
    assert!(get(&mut wire, "*").list().len() > 60);
    assert_eq!(wire.ask("CONFIG SET memory 32mib"), simple("OK"));
    let immutable = "ERR CONFIG SET failed (possibly related to argument 'memory') - can't set \
                     immutable config";
    assert_eq!(wire.ask("CONFIG SET memory 1gib"), error(immutable));
    let unknown = "ERR Unknown option or number of arguments for CONFIG SET - 'nope'";
    assert_eq!(wire.ask("CONFIG SET nope 1"), error(unknown));
    let no_file = "ERR The server is running without a config file";
    assert_eq!(wire.ask("CONFIG REWRITE"), error(no_file));
}
