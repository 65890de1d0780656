//! Titles without their markup.

/// `text` without inline tags, with the five XML entities read, and blanks trimmed.
///
/// ```
/// assert_eq!(record::derive::plain("<title render=\"italic\">Faust</title> &amp; drafts"), "Faust & drafts");
/// assert_eq!(record::derive::plain("profit < 5 and > 3"), "profit < 5 and > 3");
/// ```
#[must_use]
pub fn plain(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (shown, length) =
            tag(rest).map(|length| ("", length)).or_else(|| entity(rest)).unwrap_or((&rest[..1], 1));
        out.push_str(shown);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out.trim().to_owned()
}

/// Length of the tag at the start of `text`, if there is one.
fn tag(text: &str) -> Option<usize> {
    let name = text.strip_prefix('<')?.trim_start_matches('/');
    name.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| text.find('>')).flatten().map(|end| end + 1)
}

fn entity(text: &str) -> Option<(&'static str, usize)> {
    [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'")]
        .into_iter()
        .find(|(spelling, _)| text.starts_with(spelling))
        .map(|(spelling, shown)| (shown, spelling.len()))
}
