//! The spelling of names and URIs in configuration.
/// Schemes that run or read something on the person's machine.
pub(super) fn is_forbidden_scheme(scheme: &str) -> bool {
    matches!(scheme, "javascript" | "data" | "file" | "vbscript" | "blob" | "about")
}
