//! Whom this server believes on the internet.
//!
//! Source: RFC 9325 (TLS 1.2 and later, the name is checked), `SSL_CERT_FILE` as OpenSSL has it.

use openssl::error::ErrorStack;
use openssl::ssl::{ConnectConfiguration, SslConnector, SslMethod, SslVersion};
use openssl::x509::X509;
use tokio::sync::OnceCell;

/// The certificate authorities of the system and those of `SSL_CERT_FILE`, read when they are first needed: most nodes
/// that only serve never do, and a bundle takes megabytes.
pub(crate) struct Trust {
    /// PEM certificates that are believed besides.
    extra: Vec<u8>,
    connector: OnceCell<SslConnector>,
}

impl Trust {
    pub(crate) fn new(extra: Vec<u8>) -> Self {
        Self { extra, connector: OnceCell::new() }
    }

    /// What one connection needs.
    pub(crate) async fn configure(&self) -> Result<ConnectConfiguration, ErrorStack> {
        let build = || async {
            let extra = self.extra.clone();
            let reading = tokio::task::spawn_blocking(move || connector(&extra));
            reading.await.unwrap_or_else(|_| Err(ErrorStack::get()))
        };
        self.connector.get_or_try_init(build).await?.configure()
    }
}

fn connector(extra: &[u8]) -> Result<SslConnector, ErrorStack> {
    let mut builder = SslConnector::builder(SslMethod::tls_client())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    // OpenSSL is built along and does not know where this system keeps its authorities. One place that cannot be read
    // leaves the others.
    let places = openssl_probe::probe();
    if let Some(file) = &places.cert_file
        && let Err(cause) = builder.load_verify_locations(Some(file), None)
    {
        tracing::warn!(file = %file.display(), %cause, "certificate authorities cannot be read");
    }
    for folder in &places.cert_dir {
        if let Err(cause) = builder.load_verify_locations(None, Some(folder)) {
            tracing::warn!(folder = %folder.display(), %cause, "certificate authorities cannot be read");
        }
    }
    if !extra.is_empty() {
        for authority in X509::stack_from_pem(extra)? {
            builder.cert_store_mut().add_cert(authority)?;
        }
    }
    Ok(builder.build())
}
