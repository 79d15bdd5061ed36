//! Several axes in one argument, with commas between them: `topology.interval=1s..5s,detector.timeout=2s,4s`.

/// The axes in an argument. A comma begins the next one where `path=` follows it, outside of brackets and quotes.
pub fn taken_apart(argument: &str) -> Vec<String> {
    let mut axes = Vec::new();
    let (mut begin, mut depth, mut quote) = (0, 0u32, None);
    for (place, c) in argument.char_indices() {
        match (quote, c) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != c),
            (None, '"' | '\'') => quote = Some(c),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 && begins_with_path(&argument[place + 1..]) => {
                axes.push(argument[begin..place].to_owned());
                begin = place + 1;
            }
            _ => {}
        }
    }
    axes.push(argument[begin..].to_owned());
    axes
}

/// Whether a text begins with a path and an equals sign.
fn begins_with_path(text: &str) -> bool {
    text.split_once('=').is_some_and(|(path, _)| {
        let path = path.trim();
        !path.is_empty() && path.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_before_a_path_begins_another_axis() {
        for (argument, axes) in [
            ("a.b=1s..5s", &["a.b=1s..5s"][..]),
            ("a.b=1s,2s,c=3", &["a.b=1s,2s", "c=3"]),
            ("a.b=1s, c.0.d=1..3", &["a.b=1s", " c.0.d=1..3"]),
            ("d=[{kind=\"phi\",threshold=8}],a=1", &["d=[{kind=\"phi\",threshold=8}]", "a=1"]),
            ("name=\"x,y=z\",a=1", &["name=\"x,y=z\"", "a=1"]),
            ("a", &["a"]),
        ] {
            assert_eq!(taken_apart(argument), axes, "{argument}");
        }
    }
}
