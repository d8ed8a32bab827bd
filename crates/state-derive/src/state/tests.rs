//! What the derive says of a mistake, and where.

use syn::{DeriveInput, parse_str};

use super::derive;

/// All that is told of `source`: the text it points to, and the message.
fn told(source: &str) -> Vec<(String, String)> {
    let input: DeriveInput = parse_str(source).unwrap();
    let Err(error) = derive(&input) else { return Vec::new() };
    error
        .into_iter()
        .map(|error| (error.span().source_text().unwrap_or_default(), error.to_string()))
        .collect()
}

#[track_caller]
fn one(source: &str, place: &str, message: &str) {
    assert_eq!(told(source), [(place.to_owned(), message.to_owned())]);
}

/// A struct with these fields.
fn with(fields: &str) -> String {
    format!("struct Shop {{ {fields} }}")
}

#[test]
fn nothing_is_said_of_a_struct_of_tables() {
    let source =
        "#[state(name = \"s\", retired(3, 4), after_load = f, crate = c)] pub struct Shop {
        #[table(id = 1)] users: Table<u8, u8>, #[table(id = 2, version = 3, name = \"o\")] b: Table<u8, T>,
        #[state(skip)] c: u8 }";
    assert_eq!(told(source), []);
}

#[test]
fn the_second_table_with_an_id_is_told_the_first_and_an_id_that_is_free() {
    one(
        &with(
            "#[table(id = 4)] users: Table<u8, A>, #[table(id = 4)] orders: Table<u8, B>, #[table(id = 2)] tags: Table<u8, C>",
        ),
        "4",
        "the id 4 is that of the table `users`: 5 is free",
    );
}

#[test]
fn the_id_of_a_table_that_is_gone_is_refused() {
    one(
        "#[state(retired(7, 2))] struct Shop { #[table(id = 2)] users: Table<u8, A> }",
        "2",
        "the id 2 is retired: on disk there may be entries of a table that had it; 8 is free",
    );
}

#[test]
fn ids_and_versions_are_numbers_from_1_on() {
    for (setting, what) in [("id", "an id"), ("version", "a version")] {
        for number in ["0", "65536", "-1", "\"1\"", "USERS", "1.0"] {
            one(
                &with(&format!(
                    "#[table(id = 1)] a: Table<u8, A>, #[table({setting} = {number})] b: Table<u8, B>"
                )),
                if number == "-1" { "-" } else { number },
                &format!("{what} is a number from 1 to 65535, written out"),
            );
        }
    }
}

#[test]
fn a_table_without_an_id_is_told_one_that_is_free() {
    let message = |name| {
        format!(
            "the table `{name}` has no id: write `#[table(id = ..)]`, 2 is free; what is not a \
             table is marked with `#[state(skip)]`"
        )
    };
    one(&with("#[table(id = 1)] a: Table<u8, A>, b: Table<u8, B>"), "b", &message("b"));
    one(
        &with("#[table(id = 1)] a: Table<u8, A>, #[table] b: Table<u8, B>"),
        "table",
        &message("b"),
    );
    one(
        &with("#[table(id = 1)] a: Table<u8, A>, #[table(version = 2)] b: Table<u8, B>"),
        "table",
        &message("b"),
    );
}

#[test]
fn what_is_written_as_no_table_is_none() {
    for kind in ["u64", "Table<u8>", "[u8; 2]", "(u8, u8)", "BTreeMap<u8, u8>", "Table::Of"] {
        one(
            &with(&format!("#[table(id = 1)] a: {kind}")),
            kind,
            "a table is written as `Table<K, V>` or `HashTable<K, V>`; what is not kept on disk is \
             marked with `#[state(skip)]` only",
        );
    }
    assert_eq!(told(&with("#[table(id = 1)] a: forebay_state::HashTable<u8, u8>")), []);
}

#[test]
fn the_second_table_of_a_name_is_told_the_first() {
    one(
        &with(
            "#[table(id = 1)] users: Table<u8, A>, #[table(id = 2, name = \"users\")] people: Table<u8, B>",
        ),
        "name",
        "the name \"users\" is that of the table `users`",
    );
    one(
        &with(
            "#[table(id = 1, name = \"users\")] people: Table<u8, A>, #[table(id = 2)] users: Table<u8, B>",
        ),
        "users",
        "the name \"users\" is that of the table `people`",
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let told = told(
        "#[state(color = 1)] struct Shop<T> { #[table(id = 0)] a: Table<u8, A>, b: Table<u8, B>, #[state(keep)] c: Table<u8, C> }",
    );
    let places: Vec<_> = told.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["T", "color", "0", "keep", "b"], "{told:?}");
}

#[test]
fn settings_that_there_are_not_are_told_those_that_there_are() {
    one(
        "#[state(color = 1)] struct Shop { #[table(id = 1)] a: Table<u8, A> }",
        "color",
        "the settings of a state are `name`, `retired`, `after_load`, `migrations` and `crate`",
    );
    one(
        &with("#[table(id = 1, unique)] a: Table<u8, A>"),
        "unique",
        "the settings of a table are `id`, `version` and `name`",
    );
    one(
        &with("#[table(id = 1)] a: Table<u8, A>, #[state(name = \"b\")] b: Table<u8, B>"),
        "name",
        "the only setting of a field here is `skip`",
    );
    one(&with("#[table(id = 1, id = 2)] a: Table<u8, A>"), "id", "`id` is said twice");
    one(
        &with("#[table(id = 1, name = \" \")] a: Table<u8, A>"),
        "\" \"",
        "a name has at least one letter",
    );
}

#[test]
fn a_table_that_is_skipped_is_neither() {
    one(
        &with("#[table(id = 1)] a: Table<u8, A>, #[table(id = 2)] #[state(skip)] b: Table<u8, B>"),
        "#[table(id = 2)]",
        "a table is kept on disk, and what is skipped is not: choose one",
    );
}

#[test]
fn what_is_no_struct_of_tables_with_names_is_refused() {
    let message = "`State` is derived for a struct of tables with names";
    one("enum Shop { A }", "Shop", message);
    one("struct Shop;", "Shop", message);
    one("struct Shop(Table<u8, u8>);", "(Table<u8, u8>)", message);
    one(
        "struct Shop { #[state(skip)] a: Table<u8, A> }",
        "Shop",
        "a state has at least one table: `#[table(id = 1)]` on a field",
    );
    one(
        "struct Shop<T> { #[table(id = 1)] a: Table<u8, T> }",
        "T",
        "a struct of tables has no parameters: what is on disk has one type",
    );
}

/// A table with this index.
fn indexed(index: &str) -> String {
    with(&format!("#[table(id = 1)] #[index({index})] a: Table<u8, A>"))
}

#[test]
fn nothing_is_said_of_an_index() {
    for index in [
        "by_a: String = a",
        "by_a: String = a.b.c, unique",
        "by_a: (u8, u16) = (a, b.c)",
        "by_a: Option<u8> in a,",
        "by_a: u8 with Shop::by_a, unique,",
        "by_a = a",
        "by_a = (a, b)",
        "by_a in a",
    ] {
        assert_eq!(told(&indexed(index)), [], "{index}");
    }
}

#[test]
fn an_index_by_nothing_is_told_what_it_may_be_by() {
    let message = "an index says what it is by: `by_a: String = column`, `by_a: (String, u16) = \
                   (column, column)`, `by_a: String in column` with several keys a value, or \
                   `by_a: String with function`";
    for index in ["by_a", "by_a: String", "by_a: String, unique", "by_a: String by a"] {
        one(&indexed(index), "by_a", message);
    }
}

#[test]
fn an_index_without_a_type_is_by_columns_of_the_value_only() {
    one(&indexed("by_a = a.b"), "a", "say the type of the keys: `by_a: String = ..`");
    one(&indexed("by_a = (a, b.c)"), "b", "say the type of the keys: `by_a: String = ..`");
    one(&indexed("by_a in a.b"), "a", "say the type of the keys: `by_a: String in ..`");
    one(&indexed("by_a with f::g"), "f::g", "say the type of the keys: `by_a: String with ..`");
}

#[test]
fn what_follows_an_index_is_unique_or_wrong() {
    one(&indexed("by_a = a, uniqe"), "uniqe", "the only setting of an index is `unique`");
    one(&indexed("by_a = a unique"), "unique", "an index ends here, or goes on with `, unique`");
}

#[test]
fn the_second_index_of_a_name_is_told_whose_the_first_is() {
    let first = "#[table(id = 1)] #[index(by_a = a)] users: Table<u8, A>";
    for second in [
        "#[index(by_a = b)] #[table(id = 2)] orders: Table<u8, A>",
        "#[index(by_b = b)] #[index(by_a = b)] #[table(id = 2)] orders: Table<u8, A>",
    ] {
        let message = "the name `by_a` is that of an index of `users`";
        one(&with(&format!("{first}, {second}")), "by_a", message);
    }
}

#[test]
fn what_is_skipped_has_no_index() {
    one(
        &with("#[table(id = 1)] a: Table<u8, A>, #[state(skip)] #[index(by_a = a)] b: B"),
        "#[index(by_a = a)]",
        "what is skipped has no index",
    );
}
