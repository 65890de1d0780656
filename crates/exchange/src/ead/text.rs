//! Inner XML as the text of a note, of a title or of a plain field.

use std::borrow::Cow;

/// Prose: `p` and `lb` become paragraph breaks, all other markup stays.
pub(super) fn prose(xml: &str) -> String {
    if !xml.contains('<') {
        return xml.trim().to_owned();
    }
    let mut out = String::with_capacity(xml.len());
    let mut rest = xml;
    // A paragraph that begins right after an opening tag needs no break before it.
    let mut opened = true;
    while let Some(at) = rest.find('<') {
        push(&mut out, &rest[..at], &mut opened);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        let tag = &rest[at..end];
        match (name(tag), tag.starts_with("</"), tag.ends_with("/>")) {
            ("p", true, _) | ("p" | "lb", false, true) => paragraph(&mut out),
            ("lb", false, false) => paragraph(&mut out),
            ("p", false, false) => {
                if !opened {
                    paragraph(&mut out);
                }
            }
            ("lb", true, _) => {}
            (_, closing, empty) => {
                out.push_str(tag);
                opened = !closing && !empty;
            }
        }
        rest = &rest[end..];
    }
    push(&mut out, rest, &mut opened);
    out.truncate(out.trim_end().len());
    out
}

fn push(out: &mut String, text: &str, opened: &mut bool) {
    let text = if out.is_empty() || out.ends_with('\n') { text.trim_start() } else { text };
    if !text.is_empty() {
        out.push_str(text);
        *opened &= text.trim().is_empty();
    }
}

fn paragraph(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push_str("\n\n");
    }
}

/// The name of a tag, opening or closing.
fn name(tag: &str) -> &str {
    let tag = tag.trim_start_matches(['<', '/']);
    &tag[..tag.find([' ', '>', '/']).unwrap_or(tag.len())]
}

/// Text alone: tags removed, references resolved, blanks collapsed.
pub(super) fn plain(xml: &str) -> String {
    if !xml.contains(['<', '&']) {
        return xml.trim().to_owned();
    }
    let mut bare = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        bare.push_str(&rest[..at]);
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        if matches!(name(&rest[at..end]), "p" | "lb" | "item" | "list" | "head") {
            bare.push(' ');
        }
        rest = &rest[end..];
    }
    bare.push_str(rest);
    collapse(&unescape(&bare))
}

/// `&lt;`, `&gt;` and `&amp;` as characters: our own writer makes no others.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if text.contains('&') {
        Cow::Owned(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Characters that mean something in XML as references.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if text.contains(['&', '<', '>']) {
        Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Every run of blanks as one, none at the ends.
pub(super) fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Whether there is anything to read in it: a letter or a digit.
pub(super) fn says_something(xml: &str) -> bool {
    let mut inside = false;
    xml.chars().any(|c| {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ => {}
        }
        !inside && c.is_alphanumeric()
    })
}

/// Cut into pieces of at most `limit` characters, at paragraphs or words where there are any.
pub(super) fn pieces(text: &str, limit: usize) -> Vec<&str> {
    let mut list = Vec::new();
    let mut rest = text;
    while rest.len() > limit {
        let Some((most, _)) = rest.char_indices().nth(limit) else { break };
        let window = &rest[..most];
        let at = window.rfind("\n\n").or_else(|| window.rfind(' ')).filter(|at| *at > 0).unwrap_or(most);
        list.push(rest[..at].trim());
        rest = rest[at..].trim_start();
    }
    if !rest.is_empty() {
        list.push(rest);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_become_breaks_and_other_markup_stays() {
        for (xml, text) in [
            ("<p>One</p> <p>Two<lb/>three</p>", "One\n\nTwo\n\nthree"),
            ("<p/><p>A <emph render=\"bold\">b</emph></p>", "A <emph render=\"bold\">b</emph>"),
            ("Before<p>after</p>", "Before\n\nafter"),
            ("<quote><p>in</p></quote>", "<quote>in\n\n</quote>"),
            (" a &amp; b ", "a &amp; b"),
            ("<persname>x</persname>", "<persname>x</persname>"),
        ] {
            assert_eq!(prose(xml), text, "{xml}");
        }
    }

    #[test]
    fn plain_text_has_no_markup() {
        assert_eq!(plain("Voss &amp; <emph>Sons</emph>, &lt;Ltd&gt;"), "Voss & Sons, <Ltd>");
        assert_eq!(plain("<p>a</p><p>b</p>"), "a b");
    }

    #[test]
    fn long_text_is_cut_between_words() {
        assert_eq!(pieces("aaa bbb ccc", 5), ["aaa", "bbb", "ccc"]);
        assert_eq!(pieces("ééééé", 2), ["éé", "éé", "é"]);
        assert_eq!(pieces("", 2), Vec::<&str>::new());
    }

    #[test]
    fn blanks_collapse() {
        assert_eq!(collapse("  a \n b\t"), "a b");
        assert!(!says_something(" (<emph render='x'/>) "));
        assert!(says_something("(<emph>1</emph>)"));
    }
}
