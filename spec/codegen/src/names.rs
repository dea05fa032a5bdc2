//! Names on the wire to names in Rust.

use proc_macro2::{Ident, Span};

/// `authorizationServerMetadata` and `client_id` to `AuthorizationServerMetadata` and `ClientId`.
#[must_use]
pub fn camel(name: &str) -> String {
    let words = name.split(['_', '-', ' ', '/', '{', '}', '.']).filter(|word| !word.is_empty());
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

/// `authorizationServerMetadata` and `WWW-Authenticate` to `authorization_server_metadata` and `www_authenticate`.
#[must_use]
pub fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for letter in name.chars() {
        if letter == '-' {
            snake.push('_');
        } else {
            if letter.is_ascii_uppercase()
                && (before.is_ascii_lowercase() || before.is_ascii_digit())
            {
                snake.push('_');
            }
            snake.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    snake
}

/// The identifier, raw if it is a keyword.
#[must_use]
pub fn ident(name: &str) -> Ident {
    syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site()))
}
