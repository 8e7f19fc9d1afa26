//! Tests of the command on a terminal: what the model may do to it, Ctrl-C, and saved conversations.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command::{self, outcrop};
use crate::emulate::Emulator;
use crate::interrupted::chat_flags;

/// A command on a terminal.
struct Terminal {
    child: Child,
    keyboard: File,
    screen: Arc<Mutex<Vec<u8>>>,
    /// The length of the output that has been waited for.
    seen: usize,
}

impl Terminal {
    /// Starts a command whose output goes to a terminal, and whose input comes from it or is empty.
    fn start(mut command: Command, has_keyboard: bool) -> Self {
        let pty = nix::pty::openpty(None, None).expect("the system has terminals");
        let slave = File::from(pty.slave);
        let stdin =
            if has_keyboard { slave.try_clone().expect("it can be cloned").into() } else { Stdio::null() };
        command.env("TERM", "xterm").stdin(stdin);
        command.stdout(slave.try_clone().expect("it can be cloned")).stderr(slave);
        let child = command.spawn().expect("the command starts");
        // The command holds the other end; otherwise its exit would not end the output.
        drop(command);
        let keyboard = File::from(pty.master);
        let mut output = keyboard.try_clone().expect("it can be cloned");
        let screen = Arc::<Mutex<Vec<u8>>>::default();
        let shared = screen.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            // Linux reports the end of a terminal as an error.
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                shared.lock().expect("no reader panicked").extend_from_slice(&buffer[..length]);
            }
        });
        Self { child, keyboard, screen, seen: 0 }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().expect("no reader panicked")).into_owned()
    }

    /// Waits for a text after the one that was waited for last.
    fn wait_for(&mut self, expected: &str) {
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline {
            let text = self.text();
            if let Some(position) = text.get(self.seen..).and_then(|new| new.find(expected)) {
                self.seen += position + expected.len();
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("`{expected}` is not on the screen: {}", self.text());
    }

    fn type_keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal has input");
    }

    fn interrupt(&self) {
        let kill = Command::new("sh").args(["-c", &format!("kill -INT {}", self.child.id())]).status();
        assert!(kill.expect("the shell runs").success());
    }

    fn wait(&mut self) -> i32 {
        let status = self.child.wait().expect("the command ends");
        // The reader is behind the command.
        std::thread::sleep(Duration::from_millis(100));
        status.code().expect("the command was not killed")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have exited.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a conversation with an emulator.
fn conversation(emulator: &Emulator, flags: &[&str]) -> Terminal {
    let mut terminal = Terminal::start(chat_flags(emulator, flags), true);
    terminal.wait_for("> ");
    terminal
}

#[test]
fn control_sequences_of_a_model_do_not_reach_a_terminal() {
    // M7: the clipboard, the title, the screen, C1 controls and the order of letters.
    let text = "A\x1b]52;c;aGk=\x07B\x1b]0;t\x07C\x1b[2JD\u{9b}31mE\u{202e}F\rG\nH";
    let arguments = "{\"a\": \"\u{9b}\u{202e}\"}";
    let script = serde_json::json!([{"events": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"text": text}, "contentBlockIndex": 0}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t", "name": "f\x1b[31m\nerror: x"}}, "contentBlockIndex": 1}},
        {"contentBlockDelta": {"delta": {"toolUse": {"input": arguments}}, "contentBlockIndex": 1}},
        {"contentBlockStop": {"contentBlockIndex": 1}},
        {"messageStop": {"stopReason": "odd\x1b[31m\u{9b}"}}]}]);
    let script = command::File::new("controls.json", script.to_string().as_bytes());
    for flags in [&["hi"][..], &["--json", "hi"], &["--v1", "hi"], &["--show-request", "hi\x1b[31m\u{9b}"]] {
        let emulator = Emulator::start(&["--script", script.path()]);
        let mut terminal = Terminal::start(chat_flags(&emulator, flags), false);
        terminal.wait();
        let shown = terminal.text();
        let is_control = |letter: char| {
            letter.is_control() && !matches!(letter, '\n' | '\t' | '\r')
                || matches!(letter, '\u{202a}'..='\u{202e}')
        };
        assert!(!shown.contains(is_control), "{flags:?}: {shown:?}");
        // The terminal itself writes `\r\n` for a line break.
        assert!(!shown.replace("\r\n", "").contains('\r'), "{flags:?}: {shown:?}");
        assert!(!shown.lines().any(|line| line.starts_with("error: x")), "{flags:?}: {shown:?}");
        assert!(shown.contains("52;c;aGk="), "{flags:?}: the text itself is shown: {shown:?}");
    }
    let emulator = Emulator::start(&["--script", script.path()]);
    let output = chat_flags(&emulator, &["hi"]).stdin(Stdio::null()).output().expect("the command runs");
    assert!(String::from_utf8_lossy(&output.stdout).contains(text), "a pipe gets the text unchanged");
}

#[test]
fn control_characters_in_mapped_lines_do_not_reach_a_terminal() {
    // M7. JSON may contain C1 controls and those of the order of letters.
    let line = "{\"events\": [{\"messageStart\": {\"role\": \"assistant\"}}, {\"contentBlockDelta\": {\"delta\": \
                {\"text\": \"A\u{9b}31mB\u{202e}C\u{7f}\"}, \"contentBlockIndex\": 0}}]}\n";
    let input = command::File::new("controls.jsonl", line.as_bytes());
    let pty = nix::pty::openpty(None, None).expect("the system has terminals");
    let slave = File::from(pty.slave);
    let mut map = outcrop(&["map", "stream"]);
    map.stdin(File::open(input.path()).expect("it is there")).stdout(slave);
    let mut child = map.spawn().expect("the command starts");
    drop(map);
    let mut shown = Vec::new();
    // Linux reports the end of a terminal as an error.
    let _ = File::from(pty.master).read_to_end(&mut shown);
    child.wait().expect("the command ends");
    let shown = String::from_utf8_lossy(&shown).replace("\r\n", "");
    assert!(shown.contains(r"A\u009b31mB\u202eC\u007f"), "{shown:?}");
    assert!(!shown.contains(|letter: char| letter.is_control() || letter == '\u{202e}'), "{shown:?}");
}

#[test]
fn ctrl_c_at_the_prompt_discards_the_line_and_keeps_the_conversation() {
    // U24.
    let mut command = outcrop(&["chat", "--emulator"]);
    command.env("HOME", std::env::temp_dir());
    let mut terminal = Terminal::start(command, true);
    terminal.wait_for("> ");
    terminal.type_keys("half a line\x03");
    terminal.wait_for("/exit ends");
    terminal.wait_for("> ");
    terminal.type_keys("\x03");
    terminal.wait_for("/exit ends");
    terminal.wait_for("> ");
    terminal.type_keys("Hello again\r");
    terminal.wait_for("tokens in");
    terminal.wait_for("> ");
    terminal.type_keys("/exit\r");
    assert_eq!(terminal.wait(), 0, "{}", terminal.text());
}

#[test]
fn interrupted_response_stays_in_the_conversation() {
    // U25.
    let script = serde_json::json!([{"events": [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"text": "The Rh"}, "contentBlockIndex": 0}},
        {"stall": true}]}]);
    let script = command::File::new("interrupted.json", script.to_string().as_bytes());
    let record = command::File::new("interrupted.jsonl", b"");
    let emulator = Emulator::start(&["--script", script.path(), "--record", record.path()]);
    let mut terminal = conversation(&emulator, &[]);
    terminal.type_keys("Name a river.\r");
    terminal.wait_for("The Rh");
    terminal.interrupt();
    terminal.wait_for("interrupted");
    terminal.wait_for("> ");
    terminal.type_keys("Go on.\r");
    // The script has no second response, so the turn ends with an error or with one of the default model.
    terminal.wait_for("> ");
    terminal.type_keys("/exit\r");
    assert_eq!(terminal.wait(), 0, "{}", terminal.text());
    let exchanges = record.read();
    let last: Value =
        serde_json::from_str(exchanges.lines().last().expect("there are exchanges")).expect("JSON");
    let body = last["request"]["body"].to_string();
    for part in ["Name a river.", "The Rh", "Go on."] {
        assert!(body.contains(part), "{part}: {body}");
    }
}

#[test]
fn saved_conversation_is_private_complete_and_never_behind_a_link() {
    use std::os::unix::fs::{MetadataExt as _, symlink};

    // L13.
    let directory = std::env::temp_dir().join(format!("outcrop-save-{}", std::process::id()));
    fs::create_dir_all(&directory).expect("the directory can be created");
    let (file, target, link) = (directory.join("a.json"), directory.join("target"), directory.join("link"));
    fs::write(&target, "precious").expect("the file can be written");
    symlink(&target, &link).expect("the link can be made");
    fs::write(&file, "old").expect("the file can be written");
    let mut terminal = Terminal::start(outcrop(&["chat", "--emulator"]), true);
    terminal.wait_for("> ");
    terminal.type_keys("Hello\r");
    terminal.wait_for("tokens in");
    terminal.wait_for("> ");
    terminal.type_keys(&format!("/save {}\r", file.display()));
    terminal.wait_for("saved 2 messages to ");
    terminal.type_keys(&format!("/save {}\r", link.display()));
    terminal.wait_for("it is not a regular file");
    terminal.type_keys(&format!("/load {}\r", file.display()));
    terminal.wait_for("loaded 2 messages from ");
    terminal.type_keys("/load /dev/zero\r");
    terminal.wait_for("it is not a regular file");
    terminal.type_keys("/exit\r");
    assert_eq!(terminal.wait(), 0, "{}", terminal.text());
    assert_eq!(fs::read_to_string(&target).expect("it is there"), "precious");
    assert_eq!(fs::metadata(&file).expect("it is there").mode() & 0o777, 0o600);
    let saved: Value = serde_json::from_slice(&fs::read(&file).expect("it is there")).expect("it is JSON");
    assert_eq!(saved.as_array().map(Vec::len), Some(2));
    let mut names: Vec<_> =
        fs::read_dir(&directory).expect("it is there").flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["a.json", "link", "target"], "no temporary file is left");
    fs::remove_dir_all(&directory).expect("it can be removed");
}
