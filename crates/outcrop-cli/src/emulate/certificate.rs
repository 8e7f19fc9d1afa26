//! The file with the certificate of an emulator that serves HTTPS.

use std::path::PathBuf;

use outcrop_emulator::Emulator;

use crate::failure::Failure;
use crate::{files, terminal};

/// The file with the certificate that clients must trust. It is removed at the end.
pub(super) struct Certificate(PathBuf);

impl Certificate {
    /// Writes the certificate and prints the path of its file. Returns `None` if the emulator has none.
    pub(super) fn of(emulator: &Emulator) -> Result<Option<Self>, Failure> {
        let Some(pem) = emulator.certificate_pem() else { return Ok(None) };
        let path = std::env::temp_dir().join(format!("outcrop-emulator-{}.pem", emulator.address().port()));
        files::replace(&path, pem.as_bytes())?;
        terminal::eprint_line(&format!("certificate: {}", path.display()));
        Ok(Some(Self(path)))
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // Someone may have removed it.
        let _ = std::fs::remove_file(&self.0);
    }
}
