//! Contrast in light and in dark. Source: WCAG 2.2 §1.4.3 (text, 4.5:1), §1.4.11 (edges of fields, 3:1).

use std::collections::BTreeMap;

use sealbearer::ui::{CodePage, html};

/// Foreground, background, and the least contrast between them.
const PAIRS: [(&str, &str, f64); 14] = [
    ("ink", "paper", 4.5),
    ("ink", "card", 4.5),
    ("ink", "field", 4.5),
    ("quiet", "card", 4.5),
    ("quiet", "paper", 4.5),
    ("accent", "card", 4.5),
    ("accent", "field", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-deep", 4.5),
    ("warn", "warn-paper", 4.5),
    ("warn", "card", 4.5),
    ("edge", "card", 3.0),
    ("edge", "field", 3.0),
    ("warn", "field", 3.0),
];

/// The palettes of the stylesheet: light first, then dark.
fn palettes() -> Vec<BTreeMap<String, u32>> {
    let page = html(&CodePage { code: String::new() });
    let roots = page
        .split(":root{")
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap_or_default().to_owned());
    roots.map(|root| root.split(';').filter_map(colour).collect()).collect()
}

fn colour(declaration: &str) -> Option<(String, u32)> {
    let (name, value) = declaration.strip_prefix("--")?.split_once(":#")?;
    let long = if value.len() == 3 {
        value.chars().flat_map(|c| [c, c]).collect()
    } else {
        value.to_owned()
    };
    Some((name.to_owned(), u32::from_str_radix(&long, 16).ok()?))
}

fn luminance(rgb: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from((rgb >> shift) & 0xff) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}

#[test]
fn every_text_can_be_read_in_light_and_in_dark() {
    let palettes = palettes();
    assert_eq!(palettes.len(), 2, "one palette for light, one for dark");
    for (palette, name) in palettes.iter().zip(["light", "dark"]) {
        for (front, back, least) in PAIRS {
            let (one, other) = (luminance(palette[front]), luminance(palette[back]));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(contrast >= least, "{front} on {back} in {name}: {contrast:.2}");
        }
    }
}
