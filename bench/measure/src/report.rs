//! What a comparison makes of its numbers.

use std::io::Result;
use std::path::Path;

/// A page, and what goes with it when it is written into a folder.
#[derive(Debug)]
pub struct Report {
    /// The page's name as a file.
    pub name: &'static str,
    /// What is shown, in Markdown.
    pub page: String,
    /// The names of the other files, and what is in them.
    pub files: Vec<(&'static str, String)>,
}

impl Report {
    #[expect(clippy::disallowed_methods, reason = "a report is a plain file, not a store's")]
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join(self.name), &self.page)?;
        self.files.iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
    }
}

#[cfg(test)]
mod tests {
    use super::Report;
    use crate::folder::Folder;

    #[test]
    fn it_is_written_whole_into_a_folder_that_was_not_there() {
        let folder = Folder::fresh(&std::env::temp_dir(), "forebay-report").unwrap();
        let files = vec![("a.csv", "1,2\n".to_owned())];
        let report = Report { name: "a.md", page: "# A\n".to_owned(), files };
        let inner = folder.path().join("inner");
        report.write(&inner).unwrap();
        let read = |name| std::fs::read_to_string(inner.join(name)).unwrap();
        assert_eq!((read("a.md"), read("a.csv")), ("# A\n".to_owned(), "1,2\n".to_owned()));
    }
}
