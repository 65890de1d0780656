#!/bin/sh
# Runs "$@" on a private virtual screen, with a private session bus and an
# unlocked, throw-away login keyring. Works as root, without systemd; what the
# command keeps in its home goes with it.
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
export HOME="$place" XDG_RUNTIME_DIR="$place/run" XDG_DATA_HOME="$place/data" XDG_CONFIG_HOME="$place/config" XDG_CACHE_HOME="$place/cache"
mkdir -m 700 -p "$XDG_RUNTIME_DIR" "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
# Tests that need a screen look for this, and say that they are left out without it.
export FONDS_WINDOW_SESSION=1
export GSETTINGS_BACKEND=memory NO_AT_BRIDGE=1
xvfb-run -a -s "-screen 0 1440x900x24 -nolisten tcp" dbus-run-session -- sh -c '
  eval "$(printf throw-away | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
  export GNOME_KEYRING_CONTROL
  "$@"' sh "$@"
