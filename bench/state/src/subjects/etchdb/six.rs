//! Version 0.6.1.

version!(etchdb, may_fail, BTreeMap, ranges);

/// Puts these in, in one transaction.
pub(crate) fn put_texts<B: Backend<State>>(
    store: &Store<State, B>,
    records: Vec<(String, Person)>,
) -> Result<()> {
    store.write(|tx| records.into_iter().try_for_each(|(key, value)| tx.texts.put(key, value)))?;
    Ok(())
}
