//! The Redis client of Python.

use std::process::Command;

use crate::harness::{Program, python};

const SCRIPT: &str = r#"
import sys
import redis

for protocol in (2, 3):
    r = redis.Redis(port=int(sys.argv[1]), protocol=protocol, password="sesame", client_name="py")
    r.flushall()
    assert r.ping()
    assert r.set("k", b"\x00\xff") and r.get("k") == b"\x00\xff"
    assert r.get("none") is None
    assert r.set("k", "w", nx=True) is None
    assert r.set("k", "w", xx=True, get=True, ex=100) == b"\x00\xff"
    assert 90 < r.ttl("k") <= 100 and r.persist("k") and r.ttl("k") == -1
    assert r.mset({"a": 1, "b": 2}) and r.mget("a", "b", "c") == [b"1", b"2", None]
    assert r.incr("n") == 1 and r.incrby("n", 5) == 6 and r.decr("n", 2) == 4
    assert r.append("s", "ab") == 2 and r.strlen("s") == 2
    assert sorted(r.scan_iter(match="[ab]")) == [b"a", b"b"]
    assert r.exists("a", "b", "c") == 2 and r.type("a") == b"string"
    assert r.expireat("a", 33000000000) and r.expiretime("a") == 33000000000
    assert r.setex("e", 10, "v") and r.getdel("e") == b"v" and r.setnx("e", "w")
    with r.pipeline(transaction=False) as p:
        assert p.set("x", 1).incr("x").get("x").execute() == [True, 2, b"2"]
    assert r.client_getname() in ("py", b"py") and len(r.client_list()) >= 1
    assert r.info()["redis_mode"] == "standalone" and "dirty_bytes" in r.info("forebay")
    assert r.config_get("save") == {"save": ""}
    assert r.dbsize() == 7 or sys.exit(f"dbsize {r.dbsize()}: {list(r.scan_iter())}")
    try:
        r.execute_command("NOPE", 1)
        sys.exit("no error")
    except redis.ResponseError as error:
        assert "unknown command 'NOPE'" in str(error), error
    try:
        r.incr("s")
        sys.exit("no error")
    except redis.ResponseError as error:
        assert str(error) == "value is not an integer or out of range", error
    assert r.delete("a", "b", "none") == 2
try:
    redis.Redis(port=int(sys.argv[1]), password="wrong").ping()
    sys.exit("no error")
except redis.AuthenticationError:
    pass
"#;

#[test]
fn the_client_of_python_is_content_with_both_protocols() {
    let program = Program::memory(&["--password", "sesame"]);
    let output =
        Command::new(python()).args(["-c", SCRIPT, &program.port()]).output().expect("it runs");
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complained}");
}
