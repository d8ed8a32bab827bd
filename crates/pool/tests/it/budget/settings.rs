//! Settings that cannot work are named.

use forebay_pool::{Builder, ByteSize, Order, Pool};

#[track_caller]
fn refused(name: &str, set: impl FnOnce(Builder) -> Builder) {
    let error = set(Pool::builder().memory(ByteSize::mib(1))).build().unwrap_err();
    assert_eq!(error.kind(), forebay_pool::ErrorKind::Invalid);
    assert!(error.to_string().contains(&format!("`{name}`")), "{error}");
}

#[test]
fn a_setting_that_cannot_work_is_named() {
    refused("marks", |builder| builder.marks(0.9, 0.8));
    refused("marks", |builder| builder.marks(0.0, 0.8));
    refused("marks", |builder| builder.marks(0.5, 1.1));
    refused("lanes", |builder| builder.lanes(0, 1));
    refused("lanes", |builder| builder.lanes(1, 2_000));
    refused("order", |builder| builder.order(Order::Segmented { protected: 1.5 }));
    refused("memory", |builder| builder.memory(ByteSize::kib(15)));
    refused("memory", |builder| builder.memory(ByteSize::kib(100)).lanes(1, 13));
    assert!(Pool::builder().build().unwrap_err().to_string().contains("`memory`"));
}

#[test]
fn what_stands_may_be_half_of_the_memory() {
    let pool = Pool::builder().memory(ByteSize::kib(16)).build().unwrap();
    assert_eq!(pool.stats().encoding, ByteSize::kib(8));
}
