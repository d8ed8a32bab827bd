//! How a number went, as a row of small columns.

use super::history::History;
use super::sample::Sample;

/// What columns are made of: the first for nothing, the others for more and more.
pub(super) const BLOCKS: [char; 8] = [
    '\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2587}', '\u{2588}',
];
/// The same where only ASCII is shown.
pub(super) const PLAIN: [char; 8] = ['_', '.', '.', ':', ':', '|', '|', '#'];

/// How a number went in the last minute, in so many columns of the same time. The highest is the most there was.
pub(super) fn course(
    history: &History,
    width: usize,
    marks: [char; 8],
    value: impl Fn(Option<&Sample>, &Sample) -> Option<f64>,
) -> String {
    let Some(newest) = history.newest() else { return String::new() };
    let span = History::SPAN.as_nanos();
    // Columns begin at fixed times, so that what is shown moves on and does not change.
    let column = |sample: &Sample| u128::from(sample.at.0) * width as u128 / span;
    let last = column(newest);
    let mut columns: Vec<Option<f64>> = vec![None; width];
    for (before, sample) in history.back() {
        let back = usize::try_from(last - column(sample)).unwrap_or(usize::MAX);
        let place = width.checked_sub(back + 1).and_then(|place| columns.get_mut(place));
        let (Some(place), Some(value)) = (place, value(before, sample)) else { continue };
        *place = Some(place.map_or(value, |highest| highest.max(value)));
    }
    let most = columns.iter().flatten().copied().fold(0.0, f64::max);
    columns.into_iter().map(|value| value.map_or(' ', |value| mark(value, most, marks))).collect()
}

fn mark(value: f64, most: f64, [nothing, more @ ..]: [char; 8]) -> char {
    if value <= 0.0 {
        return nothing;
    }
    // Six steps up, the last of which only the most has.
    let steps = (1_u8..7).filter(|step| value * 6.0 >= most * f64::from(*step));
    more[steps.count()]
}

#[cfg(test)]
mod tests {
    use forebay::Moment;

    use super::*;

    #[test]
    fn the_highest_column_is_the_most_and_a_gap_is_a_gap() {
        let mut history = History::default();
        for (second, value) in [(40, 0), (42, 1), (43, 4), (46, 7), (59, 8)] {
            let text = format!("forebay_uptime_seconds 1\nforebay_n {value}\n");
            history.add(Sample::read(&text, Moment(second * 1_000_000_000)).unwrap());
        }
        let text = course(&history, 30, BLOCKS, |_, sample| sample.get("n"));
        assert_eq!(text, "                    ▁▅ ▇     █");
        let text = course(&history, 30, BLOCKS, |_, sample| sample.get("m"));
        assert_eq!(text.trim(), "");
        assert_eq!(course(&History::default(), 30, BLOCKS, |_, _| Some(1.0)), "");
    }
}
