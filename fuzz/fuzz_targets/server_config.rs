//! The settings: any file and any values are a configuration or an error, never a panic.
#![no_main]

use forebay_server::config::{Sources, settings};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<(u8, &str)>, &str)| {
    let (values, text) = input;
    let file = Some(("fuzz.toml".into(), text.to_string()));
    let keys: Vec<_> = settings().map(|setting| setting.key).collect();
    let flags = values.into_iter().map(|(index, value)| {
        (keys[usize::from(index) % keys.len()].to_string(), value.to_string())
    });
    let flags = flags.collect();
    let sources = Sources { flags, file, ..Sources::default() };
    match sources.resolve() {
        Ok(resolved) => {
            // What was given makes the same configuration again.
            let flags = resolved.given().into_iter();
            let mut flags: Vec<_> = flags.map(|(key, value)| (key.to_string(), value)).collect();
            let mut config = resolved.config;
            // A password is not told; any other does as well.
            flags.extend(config.password.take().map(|_| ("password".into(), "sesame".into())));
            let again = Sources { flags, ..Sources::default() }.resolve();
            let mut again = again.expect("what was given is valid").config;
            again.password = None;
            assert_eq!(config, again);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
