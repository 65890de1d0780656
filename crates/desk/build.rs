//! The loopback host embeds the built UI. A fresh clone has none yet: then a
//! page that says so stands in its place.

use std::path::Path;
use std::{fs, io};

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Fonds</title>\n\
<p>The pages are not built yet. Run <code>npm ci &amp;&amp; npm run build</code> in <code>ui/</code>, \
then build again.</p>\n</html>\n";

fn main() -> io::Result<()> {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/dist");
    let index = dist.join("index.html");
    if !index.exists() {
        fs::create_dir_all(&dist)?;
        fs::write(&index, PLACEHOLDER)?;
    }
    println!("cargo::rerun-if-changed=../../ui/dist");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}
