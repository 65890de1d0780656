//! `docs/CONFIGURATION.md`, made from the declaration of the settings.

use std::fmt::Write;

use clap::{Arg, Command};

/// Whether an argument is a setting: it is in the environment too, and can be in the file.
pub(crate) fn is_setting(arg: &Arg) -> bool {
    arg.get_env().is_some() && arg.get_id() != "config"
}

/// The page.
pub(crate) fn page(command: &Command) -> String {
    let mut text = HEAD.to_owned();
    let serve = command.get_subcommands().find(|sub| sub.get_name() == "serve");
    let arguments = serve.into_iter().flat_map(Command::get_arguments).chain(command.get_arguments());
    for arg in arguments.filter(|arg| is_setting(arg)) {
        let key = arg.get_long().unwrap_or_default();
        let variable = arg.get_env().unwrap_or_default().to_string_lossy();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{key}` | `{variable}` | {} | {} |", default(arg), meaning(arg));
    }
    text.push_str("\n## Commands\n\n");
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "### `fonds-server {}`\n\n{}.\n", sub.get_name(), about.trim_end_matches('.'));
        for arg in sub.get_arguments().filter(|arg| !is_setting(arg)) {
            let _ = writeln!(text, "- `{}`: {}", flag(arg), meaning(arg));
        }
        if sub.get_arguments().any(|arg| !is_setting(arg)) {
            text.push('\n');
        }
    }
    text
}

fn default(arg: &Arg) -> String {
    let given = arg.get_default_values().iter().filter(|value| !value.is_empty());
    let values: Vec<String> = given.map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if values.is_empty() { "–".to_owned() } else { values.join(", ") }
}

fn meaning(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let choices: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !matches!(value.get_name(), "true" | "false"))
        .map(|value| format!("`{}`", value.get_name()))
        .collect();
    let help = help.replace('|', "\\|");
    let help = help.trim_end_matches('.');
    if choices.is_empty() { format!("{help}.") } else { format!("{help}: {}.", choices.join(", ")) }
}

fn flag(arg: &Arg) -> String {
    let long = arg.get_long().unwrap_or_default();
    match arg.get_value_names() {
        Some([name, ..]) if arg.get_action().takes_values() => format!("--{long} {name}"),
        _ => format!("--{long}"),
    }
}

const HEAD: &str = "<!-- Made by `cargo xtask codegen` from crates/server/src/cli/settings.rs. -->

# Configuring fonds-server

Every setting is a flag (`--body-limit 1000000`), a variable of the environment (`FONDS_BODY_LIMIT=1000000`) and a key
of the configuration file (`body-limit = 1000000`). A flag goes over the environment, the environment over the file,
the file over the default.

The file is TOML and is named by `--config FILE` or `FONDS_CONFIG`. A key that does not exist, or a value that does not
fit, ends the program with the file, line, key and reason. Lists are arrays in the file and are separated by commas
elsewhere. How to run the server: [OPERATION.md](OPERATION.md).

```toml
data = \"/var/lib/fonds\"
listen = \"0.0.0.0:443\"
tls-certificate = \"/etc/fonds/chain.pem\"
tls-key = \"/etc/fonds/key.pem\"
log-format = \"json\"
```

## Settings

| key, and flag | environment | default | meaning |
|---|---|---|---|
";
