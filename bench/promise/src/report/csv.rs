//! Every round and every look, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;
use crate::rate::Way;
use crate::swing::Swing;

pub(crate) fn csv(measured: &Measured) -> String {
    let mut out = String::from("way,writers,round,puts_a_second,puts_a_call\n");
    for rates in &measured.rates {
        for (round, samples) in (1..).zip(&rates.rounds) {
            for (way, sample) in Way::ALL.into_iter().zip(samples) {
                let (way, writers) = (way.label(), rates.writers);
                // Writing to a string cannot fail.
                let _ =
                    writeln!(out, "{way},{writers},{round},{:.0},{:.1}", sample.rate, sample.batch);
            }
        }
    }
    if let Some(swing) = &measured.swing {
        looks(swing, &mut out);
    }
    out
}

fn looks(swing: &Swing, out: &mut String) {
    out.push_str(
        "\nseconds,store,noisy,age_ms,dirty_entries,dirty_bytes,resident_bytes,rss_bytes,in_flight,\
         waiting,stored,modest_p50_us,modest_p99_us,noisy_p50_us,noisy_p99_us\n",
    );
    for look in &swing.looks {
        let (at, spell) = (look.at.as_secs_f64(), look.spell);
        // Writing to a string cannot fail.
        let _ =
            write!(out, "{at:.2},{:?},{},{}", spell.weather, spell.is_loud, look.age.as_millis());
        let numbers = [
            look.dirty_entries,
            look.dirty_bytes,
            look.resident_bytes,
            look.rss,
            look.in_flight,
            look.waiting,
            look.stored,
        ];
        for number in numbers {
            let _ = write!(out, ",{number}");
        }
        for puts in &look.puts {
            for hundredths in [50, 99] {
                let nanos = puts.percentile(hundredths);
                let micros = nanos.map(|nanos| (nanos / 1000).to_string()).unwrap_or_default();
                let _ = write!(out, ",{micros}");
            }
        }
        out.push('\n');
    }
    out.push_str("\nseconds,told\n");
    for told in &swing.told {
        let _ = writeln!(out, "{:.3},\"{:?}\"", told.at.as_secs_f64(), told.event);
    }
}
