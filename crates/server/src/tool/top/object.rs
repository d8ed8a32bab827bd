//! The numbers of a server for programs.

use super::super::json::Object;
use super::history::History;

/// Everything that the server tells, how much what is counted grew a second, and how long batches took.
pub(super) fn object(history: &History, title: &str) -> String {
    let Some(newest) = history.newest() else { return Object::new().text("server", title).end() };
    let numbers = newest
        .plain()
        .fold(Object::new(), |object, (name, number)| object.raw(name, &number.to_string()));
    let counted = newest.plain().filter_map(|(name, _)| name.strip_suffix("_total"));
    let rates = counted.fold(Object::new(), |object, name| {
        let rate = history.rate(&format!("{name}_total")).unwrap_or(0.0);
        object.raw(name, &number(rate))
    });
    let label = |object: Object, name: &str, label: &str| match newest.label(name, label) {
        Some(text) => object.text(label, text),
        None => object,
    };
    let object = Object::new().text("server", title);
    let object = label(label(object, "info", "version"), "info", "durability");
    let part = |part| history.at_most("cache_batch_seconds", part);
    let quantile = |part: Option<f64>| part.map_or("null".into(), number);
    let object = match newest.mode() {
        Some(mode) => object.text("mode", &mode.to_string()),
        None => object,
    };
    object
        .raw("over_seconds", &number(history.step().unwrap_or_default().as_secs_f64()))
        .object("now", Some(numbers))
        .object("a_second", Some(rates))
        .raw("batch_seconds_p50", &quantile(part(0.5)))
        .raw("batch_seconds_p99", &quantile(part(0.99)))
        .end()
}

/// JSON knows no infinity.
fn number(number: f64) -> String {
    if number.is_finite() { number.to_string() } else { "null".into() }
}
