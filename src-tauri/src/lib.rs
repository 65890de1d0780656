//! The window. Everything that it shows and does is in `desk`; here are only
//! the window itself, the bridge and the events.

mod background;
mod commands;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use desk::Opening;
use tauri::Manager;

/// Opens the desk and the window on it; returns when the window is closed.
///
/// The data directory is `--data DIR`, else `FONDS_DATA`, else the platform's place for application data.
#[must_use]
pub fn run() -> ExitCode {
    let data = data_directory();
    let built = tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![commands::call])
        .setup(move |app| {
            let folder = match data {
                Some(folder) => folder,
                None => app.path().app_data_dir()?,
            };
            let window = app.handle().clone();
            app.manage(Arc::new(Opening::new(folder, move |desk| {
                background::forward(window.clone(), desk);
                desk.keep_in_sync();
            })));
            Ok(())
        })
        .run(tauri::generate_context!());
    match built {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn data_directory() -> Option<PathBuf> {
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--data" {
            return arguments.next().map(PathBuf::from);
        }
    }
    std::env::var_os("FONDS_DATA").map(PathBuf::from)
}

#[expect(clippy::print_stderr, reason = "there is no window to say it in")]
fn complain(error: &tauri::Error) {
    eprintln!("Fonds could not start: {error}");
}
