//! Tests of the extraction from pages, and of the difference.

use super::{diff, item};

const PAGE: &str = concat!(
    r#"<main><pre class="rust item-decl"><code><div class="code-attribute">#[non_exhaustive]</div>pub struct Tool {"#,
    "\n    pub name: <a class=\"struct\" href=\"x\">String</a>,\n    pub list: Vec&lt;u8&gt;,\n}</code></pre>",
    r#"<h2 id="implementations" class="section-header">Implementations</h2>"#,
    r#"<section id="impl-Tool" class="impl"><h3 class="code-header">impl <a>Tool</a></h3></section>"#,
    r#"<section class="method"><h4 class="code-header">pub fn <a>new</a>("#,
    "\n    name: &amp;str,\n) -&gt; Self</h4></section>",
    r#"<section class="method"><h4 class="code-header">pub const fn <a>get</a>(&amp;self)</h4></section>"#,
    r#"<h2 id="trait-implementations" class="section-header">Trait Implementations</h2>"#,
    r#"<section class="impl"><h3 class="code-header">impl <a>Debug</a> for <a>Tool</a></h3></section>"#,
    r#"<section class="method trait-impl"><h4 class="code-header">fn fmt(&amp;self)</h4></section>"#,
    r#"<section class="impl"><h3 class="code-header">impl Clone for Tool</h3></section>"#,
    r#"<section class="impl"><h3 class="code-header">impl StructuralPartialEq for Tool</h3></section>"#,
    r#"<section class="impl"><h3 class="code-header">impl&lt;'de&gt; Deserialize&lt;'de&gt; for Tool</h3></section>"#,
    r#"<section class="impl"><h3 class="code-header">impl Iterator for Tool</h3></section>"#,
    r#"<section class="associatedtype"><h4 class="code-header">type Item = u8</h4></section>"#,
    r#"<h2 id="synthetic-implementations" class="section-header">Auto Trait Implementations</h2>"#,
    r#"<section class="impl"><h3 class="code-header">impl !Freeze for Tool</h3></section>"#,
    r#"<section class="impl"><h3 class="code-header">impl Send for Tool</h3></section>"#,
    r#"<section class="impl"><h3 class="code-header">impl !Sync for Tool</h3></section>"#,
);

#[test]
fn page_is_parsed_into_declaration_methods_and_traits() {
    let item = item::parse("struct c::Tool".to_owned(), PAGE).unwrap();
    assert_eq!(
        item.lines,
        [
            "#[non_exhaustive]",
            "pub struct Tool {",
            "    pub name: String,",
            "    pub list: Vec<u8>,",
            "}",
            "pub const fn get(&self)",
            "pub fn new(name: &str) -> Self",
            "impl Clone, Debug, Deserialize<'de>",
            "impl Iterator for Tool, type Item = u8",
            "impl !Sync for Tool",
        ]
    );
}

#[test]
fn collapsed_declaration_is_parsed_without_its_summary() {
    let page = concat!(
        r#"<pre class="rust item-decl"><code>pub enum E {"#,
        r#"<details><summary class="hideme"><span>Show 2 variants</span></summary>    A,"#,
        "\n    B,\n</details>}</code></pre>",
    );
    let item = item::parse("enum c::E".to_owned(), page).unwrap();
    assert_eq!(item.lines, ["pub enum E {    A,", "    B,", "}"]);
}

#[test]
fn constant_with_a_long_value_is_cut() {
    let page = format!(
        r#"<pre class="rust item-decl"><code>pub const C: &amp;str = "{}";</code></pre>"#,
        "é".repeat(1000)
    );
    let item = item::parse("constant c::C".to_owned(), &page).unwrap();
    assert!(
        item.lines.iter().all(|line| line.starts_with("pub const C: &str") && line.chars().count() == 402)
    );
}

#[test]
fn page_without_a_declaration_is_an_error() {
    let error = item::parse("struct c::Tool".to_owned(), "<main></main>").unwrap_err();
    assert_eq!(error, "the page of struct c::Tool has no declaration");
}

#[test]
fn difference_lists_items_and_lines() {
    let old =
        "# comment\n\nstruct c::A\n    pub struct A;\n    pub fn a()\n\nstruct c::B\n    pub struct B;\n";
    let new = "# other\n\nstruct c::A\n    pub struct A;\n    pub fn b()\n\nstruct c::C\n    pub struct C;\n";
    assert_eq!(diff::lines(old, old), Vec::<String>::new());
    assert_eq!(
        diff::lines(old, new),
        ["struct c::A", "  - pub fn a()", "  + pub fn b()", "- struct c::B", "+ struct c::C"]
    );
    let swapped = "struct c::A\n    pub fn a()\n    pub struct A;\n\nstruct c::B\n    pub struct B;\n";
    assert_eq!(diff::lines(old, swapped), ["struct c::A", "  the order differs"]);
}
