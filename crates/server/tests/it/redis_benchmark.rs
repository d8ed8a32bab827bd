//! The benchmark of Redis.

use std::process::Command;

use crate::harness::{Program, redis_benchmark};

#[test]
fn the_benchmark_of_redis_runs_to_its_end() {
    for mode in ["through", "behind"] {
        let program = Program::memory(&["--write", mode]);
        let output = Command::new(redis_benchmark())
            .args(["-h", "127.0.0.1", "-p", &program.port()])
            .args(["-t", "get,set,incr,mset", "-P", "16", "-n", "5000", "-c", "20", "--csv"])
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complained.is_empty(), "{mode}: {complained}");
        for test in ["\"SET\"", "\"GET\"", "\"INCR\"", "\"MSET (10 keys)\""] {
            assert!(said.contains(test), "{mode}: no {test} in {said}");
        }
    }
}
