//! The configuration file: its values become the defaults of the flags, so that flag, environment and file are read
//! by the same declaration, and a flag goes over the environment, which goes over the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reference::is_setting;

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}:{line}: {reason}", path.display())]
    Syntax { path: PathBuf, line: usize, reason: String },
    #[error("{}:{line}: {key}: {reason}", path.display())]
    Setting { path: PathBuf, line: usize, key: String, reason: String },
}

/// The program's arguments, with the file's values as their defaults.
pub(crate) fn with_defaults(command: Command, path: &Path) -> Result<Command, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| Error::Unreadable { path: path.to_owned(), source })?;
    let values = read(&command, path, &text)?;
    Ok(filled(command, &values))
}

type Values = BTreeMap<String, Vec<String>>;

fn read(command: &Command, path: &Path, text: &str) -> Result<Values, Error> {
    let line = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
    let table = DeTable::parse(text).map_err(|error| Error::Syntax {
        path: path.to_owned(),
        line: line(error.span().map_or(0, |span| span.start)),
        reason: error.message().to_owned(),
    })?;
    let known = settings(command);
    let mut values = Values::new();
    for (key, value) in table.get_ref() {
        let key_line = line(key.span().start);
        let key: &str = key.get_ref();
        let wrong = |line: usize, reason: String| Error::Setting {
            path: path.to_owned(),
            line,
            key: key.to_owned(),
            reason,
        };
        let Some(setting) = known.get(key) else {
            return Err(wrong(key_line, "there is no such setting".to_owned()));
        };
        let value_line = line(value.span().start);
        let plain = plain(value).map_err(|reason| wrong(value_line, reason))?;
        fits(setting, &plain).map_err(|reason| wrong(value_line, reason))?;
        values.insert(key.to_owned(), plain);
    }
    Ok(values)
}

/// Every setting of every command, by its key.
fn settings(command: &Command) -> BTreeMap<&str, &Arg> {
    let own = command.get_arguments();
    let below = command.get_subcommands().flat_map(Command::get_arguments);
    own.chain(below).filter(|arg| is_setting(arg)).filter_map(|arg| Some((arg.get_long()?, arg))).collect()
}

/// A value as a flag would have it.
fn plain(value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, String> {
    let one = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Ok(text.clone().into_owned()),
        DeValue::Integer(number) => Ok(number.as_str().replace('_', "")),
        DeValue::Boolean(flag) => Ok(flag.to_string()),
        other => Err(format!("a value cannot be of type {}", other.type_str())),
    };
    match value.get_ref() {
        DeValue::Array(items) => items.iter().map(|item| one(item.get_ref())).collect(),
        value => Ok(vec![one(value)?]),
    }
}

/// Lets the flag's own rules judge the values.
fn fits(setting: &Arg, values: &[String]) -> Result<(), String> {
    if values.len() != 1 && setting.get_value_delimiter().is_none() {
        return Err("takes one value, not a list".to_owned());
    }
    let alone = setting.clone().required(false).global(false).env(None::<&'static str>);
    let alone = Command::new("setting").no_binary_name(true).arg(alone);
    for value in values {
        let flag = format!("--{}={value}", setting.get_long().unwrap_or_default());
        alone.clone().try_get_matches_from([flag]).map_err(|error| reason(value, &error))?;
    }
    Ok(())
}

fn reason(value: &str, error: &clap::Error) -> String {
    if let Some(ContextValue::Strings(choices)) = error.get(ContextKind::ValidValue)
        && !choices.is_empty()
    {
        return format!("{value:?} is none of {}", choices.join(", "));
    }
    match std::error::Error::source(error) {
        Some(source) => format!("{value:?}: {source}"),
        None => format!("{value:?} is no value for it"),
    }
}

fn filled(mut command: Command, values: &Values) -> Command {
    let commands: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    command = with_values(command, values);
    for name in commands {
        command = command.mut_subcommand(name, |sub| with_values(sub, values));
    }
    command
}

fn with_values(command: Command, values: &Values) -> Command {
    let keys: BTreeSet<String> =
        command.get_arguments().filter_map(|arg| arg.get_long().map(str::to_owned)).collect();
    command.mut_args(|arg| {
        match arg.get_long().filter(|key| keys.contains(*key)).and_then(|key| values.get(key)) {
            Some(given) => arg.required(false).default_values(given.clone()),
            None => arg,
        }
    })
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::super::settings::{Arguments, Command as Asked, Serve};
    use super::*;

    fn refused(text: &str) -> String {
        read(&Arguments::command(), Path::new("fonds.toml"), text).unwrap_err().to_string()
    }

    fn serve(text: &str, flags: &[&str]) -> Serve {
        let command = Arguments::command();
        let values = read(&command, Path::new("fonds.toml"), text).unwrap();
        let matches = filled(command, &values)
            .try_get_matches_from([&["fonds-server", "serve"], flags].concat())
            .unwrap();
        match Arguments::from_arg_matches(&matches).unwrap().command {
            Asked::Serve(serve) => *serve,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_flag_goes_over_the_file_and_the_file_over_the_default() {
        let text = "data = \"d\"\nlisten = \"0.0.0.0:1\"\nbody-limit = 1_000\ntrusted-proxies = [\"10.0.0.0/8\", \"::1\"]\n";
        let asked = serve(text, &["--listen", "0.0.0.0:2"]);
        assert_eq!(asked.folder.data, PathBuf::from("d"));
        assert_eq!((asked.listen.as_str(), asked.body_limit), ("0.0.0.0:2", 1000));
        assert_eq!(asked.trusted_proxies.len(), 2);
        assert_eq!(asked.session_seconds, 3600);
        assert_eq!(serve(text, &["--trusted-proxies", "::2"]).trusted_proxies.len(), 1);
        assert_eq!(serve("data = \"d\"\nsession-seconds = -1\n", &[]).session_seconds, -1);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_key() {
        assert_eq!(refused("\nlistn = \"x\"\n"), "fonds.toml:2: listn: there is no such setting");
        assert_eq!(
            refused("# one\nbody-limit = \"big\"\n"),
            "fonds.toml:2: body-limit: \"big\": invalid digit found in string"
        );
        assert_eq!(
            refused("log-format = \"xml\""),
            "fonds.toml:1: log-format: \"xml\" is none of text, json"
        );
        assert_eq!(
            refused("trusted-proxies = [\n  \"::1\",\n  \"x\"]"),
            "fonds.toml:1: trusted-proxies: \"x\": \"x\" is neither an IP address nor a network (as 10.0.0.0/8)"
        );
        assert_eq!(refused("listen = [\"a\", \"b\"]"), "fonds.toml:1: listen: takes one value, not a list");
        assert_eq!(refused("listen = 1.5"), "fonds.toml:1: listen: a value cannot be of type float");
        assert!(refused("data = \"d\"\nlisten = \n").starts_with("fonds.toml:2: "));
        assert!(refused("data = 1\ndata = 2\n").starts_with("fonds.toml:2: "));
        assert!(
            refused("[serve]\nlisten = \"x\"").starts_with("fonds.toml:1: serve: there is no such setting")
        );
    }
}
