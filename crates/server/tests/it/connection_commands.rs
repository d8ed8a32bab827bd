//! Commands about the connection itself, and commands that are none.

use crate::harness::{Program, Value, array, bulk, error, int, nil, simple};

#[test]
fn pings_and_echoes_come_back() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("PING"), simple("PONG"));
    assert_eq!(wire.ask("ping hello"), bulk("hello"));
    assert_eq!(wire.ask("ECHO hello"), bulk("hello"));
}

#[test]
fn there_is_one_database() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    assert_eq!(wire.ask("SELECT 0"), simple("OK"));
    assert_eq!(wire.ask("SELECT 1"), error("ERR DB index is out of range"));
    assert_eq!(wire.ask("SELECT -1"), error("ERR DB index is out of range"));
    assert_eq!(wire.ask("SELECT x"), error("ERR value is not an integer or out of range"));
}

#[test]
fn quit_answers_what_came_before_it_and_nothing_after() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    wire.send("SET k v\r\nGET k\r\nQUIT\r\nPING\r\n");
    assert_eq!([wire.reply(), wire.reply(), wire.reply()], [simple("OK"), bulk("v"), simple("OK")]);
    assert!(wire.is_closed());
}

#[test]
fn hello_changes_the_protocol() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let Value::Array(flat) = wire.ask("HELLO") else { panic!("no list") };
    assert_eq!(&flat[4..6], [bulk("proto"), int(2)]);
    let Value::Map(pairs) = wire.ask("HELLO 3 SETNAME me") else { panic!("no map") };
    assert!(pairs.contains(&(bulk("proto"), int(3))));
    assert_eq!(wire.ask("CLIENT GETNAME"), bulk("me"));
    wire.send(b"*2\r\n$3\r\nGET\r\n$4\r\nnone\r\n");
    assert_eq!(wire.reply_bytes(), b"_\r\n");
    assert!(matches!(wire.ask("CONFIG GET save"), Value::Map(_)));
    assert!(matches!(wire.ask("INFO"), Value::Text(_)));
    assert_eq!(wire.ask("RESET"), simple("RESET"));
    wire.send(b"*2\r\n$3\r\nGET\r\n$4\r\nnone\r\n");
    assert_eq!(wire.reply_bytes(), b"$-1\r\n");
    assert_eq!(wire.ask("CLIENT GETNAME"), nil());
}

#[test]
fn a_wrong_hello_changes_nothing() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let not_a_number = "ERR Protocol version is not an integer or out of range";
    assert_eq!(wire.ask("HELLO three"), error(not_a_number));
    for version in ["1", "4"] {
        let reply = wire.ask(&format!("HELLO {version}"));
        assert_eq!(reply, error("NOPROTO unsupported protocol version"));
    }
    assert_eq!(wire.ask("HELLO 3 WHAT"), error("ERR Syntax error in HELLO option 'WHAT'"));
    assert_eq!(wire.ask("HELLO 3 SETNAME"), error("ERR Syntax error in HELLO option 'SETNAME'"));
    let name = "ERR Client names cannot contain spaces, newlines or special characters.";
    assert_eq!(wire.command(&[b"HELLO", b"3", b"SETNAME", b"a b"]), error(name));
    assert_eq!(wire.ask("GET none"), nil());
    assert!(matches!(wire.ask("CONFIG GET save"), Value::Array(_)));
}

#[test]
fn an_unknown_command_is_quoted_in_the_error() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let reply = wire.ask("nope a b");
    assert_eq!(reply, error("ERR unknown command 'nope', with args beginning with: 'a' 'b' "));
    let reply = wire.command(&[b"no\r\npe"]);
    assert_eq!(reply, error("ERR unknown command 'no  pe', with args beginning with: "));
    let reply = wire.ask("CLIENT nope");
    assert_eq!(reply, error("ERR unknown subcommand 'nope'. Try CLIENT HELP."));
    let long = "x".repeat(1000);
    let text = wire.ask(&format!("{long} {long} {long}")).text();
    assert!(text.len() < 350, "{text}");
}

#[test]
fn every_command_refuses_a_wrong_number_of_arguments_by_its_name() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let Value::Array(specs) = wire.ask("COMMAND") else { panic!("no list") };
    assert!(specs.len() > 40);
    let subcommands: Vec<_> = specs.iter().flat_map(|spec| spec.list()[9].list()).collect();
    let mut tried = 0;
    for spec in specs.iter().chain(subcommands) {
        let [name, arity] = [&spec.list()[0].text(), &spec.list()[1].text()];
        let arity: i64 = arity.parse().expect("a number");
        let fault = format!("wrong number of arguments for '{name}' command");
        // Whatever is wrong with an `EXEC`, the client hears that nothing was run.
        let expected = error(&if name == "exec" {
            format!("EXECABORT Transaction discarded because of: {fault}")
        } else {
            format!("ERR {fault}")
        });
        let words = i64::try_from(name.split('|').count()).expect("one or two");
        for count in [arity.abs() - 1, arity + 1] {
            // As many arguments as the name has words are the fewest that can be sent.
            if count < words || (arity < 0 && count >= arity.abs()) {
                continue;
            }
            let mut words: Vec<_> = name.split('|').map(str::as_bytes).collect();
            words.resize(usize::try_from(count).expect("a count"), b"x");
            // The second word of a container is not an argument but a subcommand.
            if !spec.list()[9].list().is_empty() && words.len() > 1 {
                continue;
            }
            assert_eq!(wire.command(&words), expected, "{name} {count}");
            tried += 1;
        }
    }
    assert!(tried > 60, "only {tried}");
}

#[test]
fn commands_describe_themselves() {
    let program = Program::memory(&[]);
    let mut wire = program.connect();
    let count = wire.ask("COMMAND COUNT").int();
    assert_eq!(i64::try_from(wire.ask("COMMAND").list().len()), Ok(count));
    assert_eq!(i64::try_from(wire.ask("COMMAND LIST").list().len()), Ok(count));
    let Value::Array(infos) = wire.ask("COMMAND INFO get nope mset client|list") else { panic!() };
    assert_eq!(infos[0].list()[..3], [bulk("get"), int(2), array([simple("readonly")])]);
    assert_eq!(infos[0].list()[3..6], [int(1), int(1), int(1)]);
    assert_eq!(infos[1], nil());
    assert_eq!(infos[2].list()[3..6], [int(1), int(-1), int(2)]);
    assert_eq!(infos[3].list()[0], bulk("client|list"));
    assert_eq!(wire.ask("COMMAND GETKEYS mset a 1 b 2"), array([bulk("a"), bulk("b")]));
    assert_eq!(wire.ask("COMMAND GETKEYS ping x"), error("ERR The command has no key arguments"));
    assert_eq!(wire.ask("COMMAND GETKEYS nope x"), error("ERR Invalid command specified"));
    let docs = wire.ask("COMMAND DOCS get");
    assert_eq!(docs.list()[0], bulk("get"));
    for container in ["CLIENT", "CONFIG", "COMMAND"] {
        assert!(wire.ask(&format!("{container} HELP")).list().len() > 3);
    }
}
