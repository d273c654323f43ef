//! Packs `labs/` into one tar that the binary embeds. A tar keeps what the
//! labs need and a table of files would lose: exec bits and links.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let labs = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("labs");
    let target = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join("labs.tar");
    let mut archive = tar::Builder::new(fs::File::create(target)?);
    if labs.is_dir() {
        add(&mut archive, &labs, Path::new(""))?;
    }
    archive.finish()?;
    println!("cargo::rerun-if-changed=labs");
    Ok(())
}

/// Adds a folder's entries in the order of their names, so that equal labs
/// give equal bytes.
fn add(archive: &mut tar::Builder<fs::File>, folder: &Path, inside: &Path) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, inside) = (entry.path(), inside.join(entry.file_name()));
        let metadata = fs::symlink_metadata(&path)?;
        let mut header = tar::Header::new_gnu();
        header.set_mtime(0);
        if metadata.is_dir() {
            header.set_entry_type(tar::EntryType::Directory);
            header.set_mode(0o755);
            header.set_size(0);
            archive.append_data(&mut header, &inside, io::empty())?;
            add(archive, &path, &inside)?;
        } else if metadata.is_symlink() {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_mode(0o777);
            header.set_size(0);
            archive.append_link(&mut header, &inside, fs::read_link(&path)?)?;
        } else {
            let executable = metadata.permissions().mode() & 0o100 != 0;
            header.set_mode(if executable { 0o755 } else { 0o644 });
            header.set_size(metadata.len());
            archive.append_data(&mut header, &inside, fs::File::open(&path)?)?;
        }
    }
    Ok(())
}
