//! The screen: what stands where.

use forebay::Mode;

use super::course::{BLOCKS, PLAIN, course};
use super::figure::{bytes, count, percent, rate, time};
use super::history::{self, History};
use super::line::{Line, Tone};
use super::sample::Sample;

/// How much can be shown, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paper {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) has_colours: bool,
    /// It shows more than ASCII.
    pub(super) has_blocks: bool,
}

/// Where the values of a row begin, and where its course does.
const VALUE: usize = 14;
const COURSE: usize = 49;
/// Above so much of a bound it is close.
const CLOSE: f64 = 0.75;

/// The lines of the screen, from the top. `title` is whose numbers they are; `note` stands below it.
pub(super) fn screen(history: &History, title: &str, note: Line, paper: Paper) -> Vec<String> {
    let mut screen = Screen { history, paper, lines: Vec::new() };
    screen.head(title, note);
    if history.newest().is_some() {
        screen.unstored();
        screen.writes();
        screen.reads();
        screen.store();
        screen.memory();
    }
    let lines = screen.lines.into_iter().take(paper.height);
    lines.map(|line| line.text(paper.width, paper.has_colours)).collect()
}

struct Screen<'a> {
    history: &'a History,
    paper: Paper,
    lines: Vec<Line>,
}

impl Screen<'_> {
    fn head(&mut self, title: &str, note: Line) {
        let mut line = Line::of(Tone::Title, format!("forebay top  {title}"));
        if let Some(newest) = self.history.newest() {
            // First: a narrow screen cuts what stands last.
            if let Some(mode) = newest.mode() {
                let tone = if mode == Mode::Healthy { Tone::Plain } else { Tone::Wrong };
                line = line.with(Tone::Plain, "   ").with(tone, mode.to_string());
            }
            let label = |label| newest.label("info", label);
            let up = newest.get("uptime_seconds").map(|up| format!("up {}", time(up)));
            let clients =
                newest.get("clients").map(|clients| format!("clients {}", count(clients)));
            let durability = label("durability").map(|rung| format!("at {rung}"));
            for part in [up, clients, durability].into_iter().flatten() {
                line = line.with(Tone::Plain, format!("   {part}"));
            }
        }
        self.lines.push(line);
        self.lines.push(note);
    }

    fn unstored(&mut self) {
        let courses = "the last minute";
        let title = Line::of(Tone::Title, "UNSTORED").to(COURSE).with(Tone::Quiet, courses);
        self.lines.push(title);
        let oldest = self.now("cache_oldest_dirty_seconds");
        let promised = self.history.now("cache_max_staleness_seconds");
        let tone = bound(oldest, promised);
        let text = match promised {
            Some(promised) => format!("{} of {} promised", time(oldest), time(promised)),
            None => time(oldest),
        };
        self.row("oldest", tone, text, gauge("cache_oldest_dirty_seconds"));
        self.bounded("entries", count, "cache_dirty_entries", "cache_dirty_entries_max");
        self.bounded("bytes", bytes, "cache_dirty_bytes", "cache_dirty_bytes_max");
        let keys = self.now("cache_quarantined");
        let text =
            format!("{} in quarantine, {}", count(keys), bytes(self.now("cache_quarantine_bytes")));
        let tone = if keys > 0.0 { Tone::Wrong } else { Tone::Plain };
        self.row("refused", tone, text, gauge("cache_quarantined"));
        if self.now("cache_journal_failed") > 0.0 {
            self.row("journal", Tone::Wrong, "has failed".into(), gauge("cache_journal_bytes"));
        } else if self.history.now("cache_journal_bytes").is_some() {
            self.bounded("journal", bytes, "cache_journal_bytes", "cache_journal_bytes_max");
        }
    }

    fn writes(&mut self) {
        self.lines.push(Line::of(Tone::Title, "WRITES a second"));
        let accepted = self.rate("cache_puts_total") + self.rate("cache_deletes_total");
        let writes = |before: Option<&Sample>, sample: &Sample| {
            let deletes = grown("cache_deletes_total")(before, sample)?;
            Some(grown("cache_puts_total")(before, sample)? + deletes)
        };
        self.row("accepted", Tone::Plain, rate(accepted), writes);
        let coalesced = self.rate("cache_coalesced_total");
        let text = with_part(rate(coalesced), percent(coalesced, accepted), "of them");
        self.row("coalesced", Tone::Plain, text, grown("cache_coalesced_total"));
        self.counted("stored", "cache_stored_total");
        let [refused, retried, unknown] =
            ["refused", "retried", "unknown"].map(|it| self.rate(&format!("cache_{it}_total")));
        let text =
            format!("{} refused, {} again, {} ?", rate(refused), rate(retried), rate(unknown));
        let failed = |before: Option<&Sample>, sample: &Sample| {
            let parts = ["cache_refused_total", "cache_retried_total", "cache_unknown_total"];
            parts.iter().map(|name| grown(name)(before, sample)).sum()
        };
        self.row("failed", wrong(refused + retried + unknown), text, failed);
        let waiting = self.now("cache_waiting_writers");
        let [waited, busy] = ["waits", "busy"].map(|it| self.rate(&format!("cache_{it}_total")));
        let text = format!("{} now, {} came, {} busy", count(waiting), rate(waited), rate(busy));
        let tone = if busy > 0.0 { Tone::Wrong } else { close(waiting + waited) };
        self.row("waiting", tone, text, gauge("cache_waiting_writers"));
    }

    fn reads(&mut self) {
        self.lines.push(Line::of(Tone::Title, "READS a second"));
        let (hits, misses) = (self.rate("cache_hits_total"), self.rate("cache_misses_total"));
        let text = with_part(rate(hits), percent(hits, hits + misses), "of all");
        self.row("hits", Tone::Plain, text, grown("cache_hits_total"));
        self.counted("misses", "cache_misses_total");
        let failed = self.rate("cache_load_failures_total");
        let refused = self.rate("cache_loads_refused_total");
        let calls = rate(self.rate("cache_loads_total"));
        let text = format!("{calls} calls, {} failed, {} refused", rate(failed), rate(refused));
        self.row("loads", wrong(failed + refused), text, grown("cache_loads_total"));
    }

    fn store(&mut self) {
        self.lines.push(Line::of(Tone::Title, "STORE"));
        let batches = self.rate("cache_batch_writes_count");
        let each = self.rate("cache_batch_writes_sum") / if batches > 0.0 { batches } else { 1.0 };
        let away = count(self.now("cache_in_flight"));
        let text = format!("{} a second of {}, {away} under way", rate(batches), rate(each));
        let is_paused = self.now("cache_paused") > 0.0;
        let (tone, text) =
            if is_paused { (Tone::Close, "paused".into()) } else { (Tone::Plain, text) };
        self.row("batches", tone, text, grown("cache_batch_writes_count"));
        let part = |part| self.history.at_most("cache_batch_seconds", part);
        let text = match (part(0.5), part(0.99)) {
            (Some(half), Some(most)) => format!("half within {}, 99 % {}", time(half), time(most)),
            _ => "none in the last minute".into(),
        };
        self.row("take", Tone::Plain, text, |before, sample| {
            history::at_most(before?, sample, "cache_batch_seconds", 0.99)
        });
    }

    fn memory(&mut self) {
        self.lines.push(Line::of(Tone::Title, "MEMORY"));
        let (name, max) = ("cache_resident_bytes", "cache_capacity_bytes");
        let text = self.of_bound(bytes, name, max);
        self.row("resident", Tone::Plain, text, gauge(name));
        let evictions = rate(self.rate("cache_evictions_total"));
        let text = format!("{}, {evictions} evicted a second", count(self.now("cache_entries")));
        self.row("entries", Tone::Plain, text, gauge("cache_entries"));
    }

    /// A row: what it is, its value, and how that went.
    fn row(
        &mut self,
        name: &str,
        tone: Tone,
        value: String,
        course_of: impl Fn(Option<&Sample>, &Sample) -> Option<f64>,
    ) {
        let marks = if self.paper.has_blocks { BLOCKS } else { PLAIN };
        let value = if self.paper.has_blocks { value } else { value.replace('\u{b5}', "u") };
        let width = self.paper.width.saturating_sub(COURSE + 1).min(60);
        let line = Line::of(Tone::Plain, format!("  {name}")).to(VALUE).with(tone, value);
        let course = course(self.history, width, marks, course_of);
        self.lines.push(line.to(COURSE - 1).with(Tone::Plain, " ").with(Tone::Quiet, course));
    }

    /// A row of what has a bound.
    fn bounded(&mut self, row: &str, figure: fn(f64) -> String, name: &str, max: &str) {
        let tone = bound(self.now(name), self.history.now(max));
        let text = self.of_bound(figure, name, max);
        self.row(row, tone, text, gauge(name));
    }

    fn of_bound(&self, figure: fn(f64) -> String, name: &str, max: &str) -> String {
        let now = self.now(name);
        let Some(max) = self.history.now(max) else { return figure(now) };
        with_part(format!("{} of {}", figure(now), figure(max)), percent(now, max), "")
    }

    /// A row of what is counted.
    fn counted(&mut self, row: &str, name: &'static str) {
        self.row(row, Tone::Plain, rate(self.rate(name)), grown(name));
    }

    fn now(&self, name: &str) -> f64 {
        self.history.now(name).unwrap_or(0.0)
    }

    fn rate(&self, name: &str) -> f64 {
        self.history.rate(name).unwrap_or(0.0)
    }
}

fn gauge(name: &str) -> impl Fn(Option<&Sample>, &Sample) -> Option<f64> {
    move |_, sample| sample.get(name)
}

fn grown(name: &str) -> impl Fn(Option<&Sample>, &Sample) -> Option<f64> {
    move |before, sample| history::rate(before?, sample, name)
}

fn with_part(text: String, part: Option<String>, of: &str) -> String {
    let part = part.map(|part| format!("   {part} {of}"));
    text + part.as_deref().unwrap_or_default().trim_end()
}

/// How what has a bound stands to it.
fn bound(now: f64, max: Option<f64>) -> Tone {
    match max {
        Some(max) if now >= max && now > 0.0 => Tone::Wrong,
        Some(max) if now > max * CLOSE => Tone::Close,
        _ => Tone::Plain,
    }
}

fn wrong(number: f64) -> Tone {
    if number > 0.0 { Tone::Wrong } else { Tone::Plain }
}

fn close(number: f64) -> Tone {
    if number > 0.0 { Tone::Close } else { Tone::Plain }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use forebay::Moment;

    use super::*;

    const PAPER: Paper = Paper { width: 80, height: 24, has_colours: false, has_blocks: true };

    /// A server that takes more writes with each second, of which the store takes a hundred.
    fn minute() -> History {
        let mut history = History::default();
        for second in 0..=60_u64 {
            let (writes, stored) = (second * second * 10, second * 100);
            let mut text =
                String::from("forebay_info{version=\"0.1.0\",durability=\"journaled\"} 1\n");
            let numbers = [
                ("uptime_seconds", 11_000 + second),
                ("clients", 12),
                ("cache_mode", u64::from(Mode::SlowStore.rung())),
                ("cache_oldest_dirty_seconds", second / 15),
                ("cache_max_staleness_seconds", 5),
                ("cache_dirty_entries", (writes - stored.min(writes)) / 20),
                ("cache_dirty_entries_max", 2000),
                ("cache_dirty_bytes", second * 1024),
                ("cache_dirty_bytes_max", 134_217_728),
                ("cache_quarantined", u64::from(second > 30)),
                ("cache_quarantine_bytes", 100),
                ("cache_journal_bytes", 35_651_584),
                ("cache_journal_bytes_max", 4_294_967_296),
                ("cache_journal_failed", 0),
                ("cache_puts_total", writes),
                ("cache_deletes_total", second),
                ("cache_coalesced_total", writes / 2),
                ("cache_stored_total", stored),
                ("cache_refused_total", u64::from(second > 30)),
                ("cache_retried_total", 0),
                ("cache_unknown_total", 0),
                ("cache_waiting_writers", 0),
                ("cache_hits_total", second * 99_000),
                ("cache_misses_total", second * 1000),
                ("cache_loads_total", second * 30),
                ("cache_in_flight", 4),
                ("cache_batch_writes_count", second * 4),
                ("cache_batch_writes_sum", stored),
                ("cache_resident_bytes", 134_217_728),
                ("cache_capacity_bytes", 268_435_456),
                ("cache_entries", 1_200_000),
                ("cache_evictions_total", second),
            ];
            for (name, number) in numbers {
                writeln!(text, "forebay_{name} {number}").unwrap();
            }
            for (bound, count) in
                [("0.016384", 3 * second), ("0.131072", 4 * second), ("+Inf", 4 * second)]
            {
                writeln!(text, "forebay_cache_batch_seconds_bucket{{le=\"{bound}\"}} {count}")
                    .unwrap();
            }
            history.add(Sample::read(&text, Moment(second * 1_000_000_000)).unwrap());
        }
        history
    }

    fn shown(history: &History, paper: Paper) -> String {
        screen(history, "127.0.0.1:6380", Line::of(Tone::Quiet, "q ends"), paper).join("\n") + "\n"
    }

    #[test]
    fn the_screen_is_as_it_was_drawn() {
        let text = shown(&minute(), PAPER);
        assert_eq!(text, include_str!("screen.txt"), "\n{text}");
    }

    #[test]
    fn it_fits_the_terminal_and_has_colours_only_where_they_are_wanted() {
        let narrow = Paper { width: 60, height: 10, has_blocks: false, ..PAPER };
        let text = shown(&minute(), narrow);
        assert_eq!(text.lines().count(), 10);
        assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 60), "{text}");
        let text = shown(&minute(), Paper { has_colours: true, ..PAPER });
        assert!(text.contains("\x1b[1;31m1 in quarantine, 100 B\x1b[0m"), "{text}");
        assert!(!shown(&minute(), PAPER).contains('\x1b'));
    }

    #[test]
    fn a_server_that_has_said_nothing_yet_leaves_two_lines() {
        let note = Line::of(Tone::Wrong, "trying again: no\nserver");
        let lines = screen(&History::default(), "here", note, PAPER);
        assert_eq!(lines, ["forebay top  here", "trying again: noserver"]);
    }
}
