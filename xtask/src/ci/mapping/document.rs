//! The tables: a section for each shape, headed by its name, and a row for each member, or for several values.

/// The document as far as the gate reads it.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) sections: Vec<Section>,
    /// Lines that are no row of a table and look like one, with the reason.
    pub(super) broken: Vec<(usize, String)>,
}

/// What is told of a shape.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) line: usize,
    pub(super) shape: String,
    pub(super) rows: Vec<Row>,
}

/// A row: names of the model, the wire type that has them, and the unified side.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) names: Vec<String>,
    pub(super) wire: String,
    pub(super) unified: String,
}

impl Document {
    pub(super) fn parse(text: &str) -> Self {
        let mut document = Self::default();
        // A table begins with its head and a rule.
        let mut above = 0;
        for (line, number) in text.lines().zip(1..) {
            if let Some(heading) = line.strip_prefix("### ") {
                let shape = heading.trim().trim_matches('`').to_owned();
                document.sections.push(Section { line: number, shape, rows: Vec::new() });
            }
            above = if line.starts_with('|') { above + 1 } else { 0 };
            if above > 2 {
                match (Row::parse(line, number), document.sections.last_mut()) {
                    (Ok(row), Some(section)) => section.rows.push(row),
                    (Ok(_), None) => document.broken.push((number, "the row belongs to no shape".to_owned())),
                    (Err(reason), _) => document.broken.push((number, reason)),
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
        let names = quoted(names);
        match quoted(wire).as_slice() {
            _ if names.is_empty() => Err("the row names no member in backticks".to_owned()),
            [wire] => Ok(Self { line: number, names, wire: wire.clone(), unified: (*unified).to_owned() }),
            _ => Err("the row does not name one wire type in backticks".to_owned()),
        }
    }
}

/// What stands in backticks.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
