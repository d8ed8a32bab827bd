//! Copies of a state that other programs read: JSON, a line an entry.
//!
//! The first line says what follows: the format, the name of the state, its revision and its tables.
//! Then comes a line for each entry, `{"t":"users","k":"alice","v":{"age":31}}`, and a last one that
//! counts them, so that a copy which was cut off is noticed. How values look is in
//! [`Plain`](crate::value::Plain)'s documentation; keys look the same, and those whose shape this
//! program does not know are their bytes.
//!
//! ```
//! use forebay_state::{State, Table, copy};
//!
//! #[derive(State, Clone)]
//! struct Shop {
//!     #[table(id = 1)]
//!     ages: Table<String, u32>,
//! }
//!
//! let shop = State::<Shop>::memory();
//! shop.write(|tx| tx.ages.put("alice".into(), 31))?;
//! let mut lines = Vec::new();
//! copy::export(&shop.read(), &mut lines, |_| Ok(()))?;
//! assert!(String::from_utf8_lossy(&lines).contains(r#"{"t":"ages","k":"alice","v":31}"#));
//!
//! let tables: Shop = copy::import(lines.as_slice(), |_| Ok(()))?;
//! assert_eq!(tables.ages.get("alice"), Some(&31));
//! # Ok::<(), forebay_store::Error>(())
//! ```

mod export;
mod import;
mod key_form;
mod lines;

pub use export::export;
pub use import::import;
