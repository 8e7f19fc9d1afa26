//! Notes: their text and their JSON.

use crate::{Note, NoteAction, from_str};

#[test]
fn display_has_path_message_and_rule() {
    for (path, shown) in [
        ("messages[3]", "messages[3]: dropped the message: it has no content [messages.empty]"),
        ("", "dropped the message: it has no content [messages.empty]"),
    ] {
        let note =
            Note::new("messages.empty", NoteAction::Dropped, path, "dropped the message: it has no content");
        assert_eq!(note.to_string(), shown);
    }
}

#[test]
fn notes_round_trip_through_json() {
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
