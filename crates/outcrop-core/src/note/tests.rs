//! Notes of what was changed.

use crate::{Note, NoteAction, from_str};

#[test]
fn a_note_reads_as_a_sentence_with_its_place_and_rule() {
    for (place, shown) in [
        ("messages[3]", "messages[3]: left out, since it says nothing [messages.empty]"),
        ("", "left out, since it says nothing [messages.empty]"),
    ] {
        let note = Note::new("messages.empty", NoteAction::Dropped, place, "left out, since it says nothing");
        assert_eq!(note.to_string(), shown);
    }
}

#[test]
fn a_note_survives_json() {
    for action in
        [NoteAction::Added, NoteAction::Dropped, NoteAction::Changed, NoteAction::Moved, NoteAction::Warned]
    {
        let note = Note::new("some.rule", action, "tools", "done".to_owned());
        let text = serde_json::to_string(&note).unwrap();
        assert_eq!(from_str::<Note>(&text).unwrap(), note);
    }
    let text = r#"{"rule":"new.rule","action":"split","place":"","message":"done"}"#;
    let note: Note = from_str(text).unwrap();
    assert_eq!(note.action.as_str(), "split");
    assert_eq!(serde_json::to_string(&note).unwrap(), text);
}
