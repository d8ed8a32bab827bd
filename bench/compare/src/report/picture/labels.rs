//! Labels beside the ends of the lines, moved apart so that none covers another.

/// Moves `wanted` heights apart by at least `gap`, as little as need be, within `low..=high` while
/// they fit there. They keep their order.
pub(crate) fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]));
    let mut placed = vec![0.0; wanted.len()];
    // Runs of labels that touch, each centred on what its members want.
    let mut runs: Vec<Run> = Vec::new();
    for (rank, at) in order.iter().enumerate() {
        let mut run = Run { first: rank, count: 1.0, sum: wanted[*at] };
        while let Some(before) = runs.last().copied() {
            if before.top(gap, low, high) + before.count * gap <= run.top(gap, low, high) {
                break;
            }
            runs.pop();
            // A member that stands lower in its run wants the run's top higher by that much.
            let sum = before.sum + run.sum - run.count * before.count * gap;
            run = Run { first: before.first, count: before.count + run.count, sum };
        }
        runs.push(run);
    }
    for (number, run) in runs.iter().enumerate() {
        let end = runs.get(number + 1).map_or(order.len(), |next| next.first);
        let mut height = run.top(gap, low, high);
        for at in &order[run.first..end] {
            placed[*at] = height;
            height += gap;
        }
    }
    placed
}

#[derive(Clone, Copy)]
struct Run {
    first: usize,
    count: f64,
    /// The sum of what the members want the first one's height to be.
    sum: f64,
}

impl Run {
    fn top(&self, gap: f64, low: f64, high: f64) -> f64 {
        let bottom_fits = high - (self.count - 1.0) * gap;
        (self.sum / self.count).min(bottom_fits).max(low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(spread(&[50.0, 10.0], 12.0, 0.0, 100.0), [50.0, 10.0]);
    }

    #[test]
    fn labels_that_touch_move_apart_around_their_middle() {
        assert_eq!(spread(&[50.0, 50.0, 50.0], 10.0, 0.0, 100.0), [40.0, 50.0, 60.0]);
    }

    #[test]
    fn labels_do_not_leave_the_panel() {
        assert_eq!(spread(&[99.0, 98.0], 10.0, 0.0, 100.0), [100.0, 90.0]);
        assert_eq!(spread(&[0.0, 1.0], 10.0, 0.0, 100.0), [0.0, 10.0]);
    }
}
