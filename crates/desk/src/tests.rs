//! What the tests of this crate share.

use crate::Options;
use crate::passwords::Keyring;

/// Options that leave the machine's keyring alone.
pub(crate) fn options() -> Options {
    Options { keyring: Keyring::Memory, sync_by_itself: false, ..Options::default() }
}
