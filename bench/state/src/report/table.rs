//! The table of one contest with one stock.

use forebay_measure::quantity::{count, percent, ratio, time};

use crate::contest::{Contest, Stock};
use crate::measured::{Measured, Series};
use crate::subjects::Kind;

pub(crate) fn table(measured: &Measured, stock: Stock, contest: Contest) -> String {
    let own = measured.find(stock, contest, Kind::own(contest.suite));
    let limit = measured.of(stock, contest).find(|series| series.kind.is_limit());
    let mut columns = columns(own);
    if contest.suite.is_written() {
        columns.extend(of_a_writer());
    }
    if let Some(limit) = limit {
        let share = move |series: &Series| {
            let is_it = series.kind == limit.kind;
            if is_it { String::new() } else { percent(series.times_as_fast_as(limit)) }
        };
        columns.push(("of the limit".to_owned(), Box::new(share)));
    }
    columns.push(("noise".to_owned(), Box::new(|one| format!("±{}", percent(one.rate().noise())))));
    let names = columns.iter().fold(String::from("| |"), |row, (name, _)| row + " " + name + " |");
    let line = columns.iter().fold(String::from("|---|"), |row, _| row + "---:|");
    measured.of(stock, contest).fold(names + "\n" + &line + "\n", |table, series| {
        let row = format!("{table}| {} |", series.kind.name());
        columns.iter().fold(row, |row, (_, cell)| row + " " + &cell(series) + " |") + "\n"
    })
}

/// What stands above a column, and what it says of somebody.
type Column<'m> = (String, Box<dyn Fn(&Series) -> String + 'm>);

/// What is said of every kind of work.
fn columns(own: Option<&Series>) -> Vec<Column<'_>> {
    let name = own.map_or("Forebay", |own| own.kind.name());
    let beside = move |series: &Series, times: fn(&Series, &Series) -> f64| {
        let own = own.filter(|own| own.kind != series.kind);
        own.map(|own| known(times(own, series), ratio)).unwrap_or_default()
    };
    vec![
        ("a second".to_owned(), Box::new(|series| count(series.rate().median))),
        (
            format!("{name} is faster"),
            Box::new(move |series| beside(series, Series::times_as_fast_as)),
        ),
        ("work in each".to_owned(), Box::new(|series| known(series.worked(), time))),
        (
            format!("{name} works less"),
            Box::new(move |series| beside(series, Series::times_as_light_as)),
        ),
    ]
}

fn of_a_writer() -> [Column<'static>; 2] {
    let written = |series: &Series| series.written().map(count).unwrap_or_default();
    let longest = |series: &Series| series.longest().map(time).unwrap_or_default();
    [
        ("the writer, a second".to_owned(), Box::new(written)),
        ("a reader's longest wait".to_owned(), Box::new(longest)),
    ]
}

/// Nothing, if it is not known.
fn known(number: f64, said: fn(f64) -> String) -> String {
    if number.is_finite() { said(number) } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Suite;
    use crate::measured::tests::measured;

    fn of(rates: &[(Suite, usize, Kind, f64)]) -> String {
        let measured = measured(rates);
        let (stock, contest) = measured.held()[0];
        table(&measured, stock, contest)
    }

    #[test]
    fn a_table_says_how_near_to_the_limit_everybody_is() {
        let of_one = |kind, rate| (Suite::Synced, 1, kind, rate);
        let table = of(&[of_one(Kind::Forebay, 80.0), of_one(Kind::Limit, 100.0)]);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[0].ends_with("| of the limit | noise |"), "{table}");
        assert!(lines[2].ends_with("| 80 % | ±0 % |"), "{table}");
        assert!(lines[3].ends_with("|  | ±0 % |"), "{table}");
    }

    #[test]
    fn every_line_of_a_table_has_as_many_cells() {
        for suite in [Suite::Insert, Suite::Read, Suite::ReadWritten, Suite::ReadPaced] {
            let kinds = [Kind::Forebay, Kind::Etchdb3, Kind::LockedMap];
            let table = of(&kinds.map(|kind| (suite, 1, kind, 5.0)));
            let bars = table.lines().map(|line| line.matches('|').count());
            let mut bars: Vec<usize> = bars.collect();
            bars.dedup();
            assert_eq!(bars.len(), 1, "{table}");
            assert_eq!(table.contains("the writer, a second"), suite.is_written());
        }
    }
}
