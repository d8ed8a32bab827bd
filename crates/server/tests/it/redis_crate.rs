//! The Redis client of Rust.

use redis::{Commands, RedisResult};

use crate::harness::Program;

fn connection(program: &Program, query: &str) -> redis::Connection {
    let url = format!("redis://127.0.0.1:{}/{query}", program.port());
    let client = redis::Client::open(url).expect("an address");
    client.get_connection().expect("a connection")
}

#[test]
fn the_rust_client_is_content_with_both_protocols() -> RedisResult<()> {
    let program = Program::memory(&[]);
    for query in ["", "?protocol=resp3"] {
        let mut redis = connection(&program, query);
        let () = redis.set("k", "v")?;
        assert_eq!(redis.get::<_, Option<String>>("k")?.as_deref(), Some("v"));
        assert_eq!(redis.get::<_, Option<String>>("none")?, None);
        assert_eq!(redis.incr::<_, _, i64>("n", 5)?, 5);
        assert_eq!(redis.decr::<_, _, i64>("n", 2)?, 3);
        let () = redis.mset(&[("a", 1), ("b", 2)])?;
        let values: Vec<Option<i64>> = redis.mget(&["a", "b", "c"])?;
        assert_eq!(values, [Some(1), Some(2), None]);
        assert!(redis.expire::<_, bool>("a", 100)?);
        assert!(!redis.expire::<_, bool>("none", 100)?);
        assert!((90..=100).contains(&redis.ttl::<_, i64>("a")?));
        assert!(redis.persist::<_, bool>("a")?);
        assert_eq!(redis.append::<_, _, i64>("k", "w")?, 2);
        let mut keys: Vec<String> = redis.scan_match("[ab]")?.collect::<RedisResult<_>>()?;
        keys.sort();
        assert_eq!(keys, ["a", "b"]);
        assert_eq!(redis.del::<_, i64>(&["a", "b", "c", "k", "n"])?, 4);
    }
    Ok(())
}

#[test]
fn its_pipelines_work() -> RedisResult<()> {
    let program = Program::memory(&[]);
    let mut redis = connection(&program, "?protocol=resp3");
    let (a, b, c): (String, i64, Option<String>) =
        redis::pipe().set("a", "x").ignore().get("a").incr("n", 1).get("none").query(&mut redis)?;
    assert_eq!((a.as_str(), b, c), ("x", 1, None));
    Ok(())
}

#[test]
fn it_gives_its_password() -> RedisResult<()> {
    let program = Program::memory(&["--password", "sesame"]);
    for query in ["", "?protocol=resp3"] {
        let url = format!("redis://:sesame@127.0.0.1:{}/{query}", program.port());
        let mut redis = redis::Client::open(url)?.get_connection()?;
        let () = redis.set("k", "v")?;
        let url = format!("redis://:wrong@127.0.0.1:{}/{query}", program.port());
        assert!(redis::Client::open(url)?.get_connection().is_err());
    }
    Ok(())
}
