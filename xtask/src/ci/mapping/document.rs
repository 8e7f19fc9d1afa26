//! Parsing of `docs/mapping.md`: a section for each shape, with a row for each member or for several values.

/// The sections of the document.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) sections: Vec<Section>,
    /// The lines of malformed rows, with the reason.
    pub(super) malformed: Vec<(usize, String)>,
}

/// The section of a shape.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) line: usize,
    pub(super) shape: String,
    pub(super) rows: Vec<Row>,
}

/// A row: names of the model, their wire type and the cell of the unified side.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) names: Vec<String>,
    pub(super) wire: String,
    pub(super) unified: String,
}

impl Document {
    /// Parses the sections. A malformed row does not stop the parsing.
    pub(super) fn parse(text: &str) -> Self {
        let mut document = Self::default();
        // The first two lines of a table are its header and the delimiter row.
        let mut table_line = 0;
        for (line, number) in text.lines().zip(1..) {
            if let Some(heading) = line.strip_prefix("### ") {
                let shape = heading.trim().trim_matches('`').to_owned();
                document.sections.push(Section { line: number, shape, rows: Vec::new() });
            }
            table_line = if line.starts_with('|') { table_line + 1 } else { 0 };
            if table_line > 2 {
                match (Row::parse(line, number), document.sections.last_mut()) {
                    (Ok(row), Some(section)) => section.rows.push(row),
                    (Ok(_), None) => document
                        .malformed
                        .push((number, "the row is not below the heading of a shape".to_owned())),
                    (Err(reason), _) => document.malformed.push((number, reason)),
                }
            }
        }
        document
    }
}

impl Row {
    fn parse(line: &str, number: usize) -> Result<Self, String> {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let [names, wire, unified] = cells.as_slice() else {
            return Err(format!("the row has {} cells, not 3", cells.len()));
        };
        let names = in_backticks(names);
        match in_backticks(wire).as_slice() {
            _ if names.is_empty() => Err("the row names no member in backticks".to_owned()),
            [wire] => Ok(Self { line: number, names, wire: wire.clone(), unified: (*unified).to_owned() }),
            _ => Err("the row does not name one wire type in backticks".to_owned()),
        }
    }
}

/// Returns the parts of a cell within backticks.
fn in_backticks(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
