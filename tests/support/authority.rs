//! A certificate authority that only tests believe, and the identities it gives out.

use std::sync::LazyLock;

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod, SslOptions, SslVersion};
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};

/// A key and the certificate that says whose it is.
#[derive(Clone)]
pub(crate) struct Identity {
    key: PKey<Private>,
    certificate: X509,
}

/// Who vouches in tests.
pub(crate) static AUTHORITY: LazyLock<Identity> = LazyLock::new(|| {
    let key = new_key();
    let mut builder = start("Test Authority", &key, 0, 3_650);
    let constraints = BasicConstraints::new().critical().ca().build().expect("it is complete");
    builder.append_extension(constraints).expect("it fits");
    let usage = KeyUsage::new().critical().key_cert_sign().build().expect("it is complete");
    builder.append_extension(usage).expect("it fits");
    let name = name("Test Authority");
    builder.set_issuer_name(&name).expect("it is a name");
    builder.sign(&key, MessageDigest::sha256()).expect("it can be signed");
    Identity { key, certificate: builder.build() }
});

impl Identity {
    /// A host whose name the authority checked.
    pub(crate) fn of(host: &str) -> Self {
        Self::issue(host, 0, 30)
    }

    /// The same, but it ended yesterday.
    pub(crate) fn expired(host: &str) -> Self {
        Self::issue(host, -30, -1)
    }

    /// A host that nobody checked.
    pub(crate) fn self_signed(host: &str) -> Self {
        let key = new_key();
        let mut builder = leaf(host, &key, 0, 30);
        builder.set_issuer_name(&name(host)).expect("it is a name");
        builder.sign(&key, MessageDigest::sha256()).expect("it can be signed");
        Self { key, certificate: builder.build() }
    }

    fn issue(host: &str, from_days: i64, until_days: i64) -> Self {
        let key = new_key();
        let mut builder = leaf(host, &key, from_days, until_days);
        builder.set_issuer_name(AUTHORITY.certificate.subject_name()).expect("it is a name");
        builder.sign(&AUTHORITY.key, MessageDigest::sha256()).expect("it can be signed");
        Self { key, certificate: builder.build() }
    }

    /// The certificate in PEM.
    pub(crate) fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().expect("it can be written")
    }

    /// The key in PEM.
    pub(crate) fn key_pem(&self) -> Vec<u8> {
        self.key.private_key_to_pem_pkcs8().expect("it can be written")
    }

    pub(super) fn acceptor(&self, newest: Option<SslVersion>) -> SslAcceptor {
        let mut builder =
            SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).expect("TLS is there");
        if newest.is_some() {
            // The oldest versions need signatures that OpenSSL holds back by default.
            builder.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
            builder.set_cipher_list("ALL:@SECLEVEL=0").expect("there are ciphers");
            builder.set_min_proto_version(Some(SslVersion::TLS1)).expect("it is a version");
            builder.set_max_proto_version(newest).expect("it is a version");
        }
        builder.set_private_key(&self.key).expect("it is a key");
        builder.set_certificate(&self.certificate).expect("it is a certificate");
        builder.build()
    }
}

fn new_key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).expect("the curve is there");
    PKey::from_ec_key(EcKey::generate(&group).expect("there is entropy")).expect("it is a key")
}

fn name(common: &str) -> openssl::x509::X509Name {
    let mut builder = X509NameBuilder::new().expect("names can be made");
    builder.append_entry_by_nid(Nid::COMMONNAME, common).expect("it fits");
    builder.build()
}

/// A certificate for one host.
fn leaf(host: &str, key: &PKey<Private>, from_days: i64, until_days: i64) -> X509Builder {
    let mut builder = start(host, key, from_days, until_days);
    let context = builder.x509v3_context(None, None);
    let names = SubjectAlternativeName::new().dns(host).build(&context).expect("it is a name");
    builder.append_extension(names).expect("it fits");
    builder
}

fn start(common: &str, key: &PKey<Private>, from_days: i64, until_days: i64) -> X509Builder {
    let mut builder = X509::builder().expect("certificates can be made");
    builder.set_version(2).expect("it is a version");
    let mut serial = BigNum::new().expect("there is memory");
    serial.rand(64, openssl::bn::MsbOption::MAYBE_ZERO, false).expect("there is entropy");
    let serial = Asn1Integer::from_bn(&serial).expect("it is a number");
    builder.set_serial_number(&serial).expect("it is a number");
    builder.set_subject_name(&name(common)).expect("it is a name");
    builder.set_pubkey(key).expect("it is a key");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(now.expect("it is after 1970").as_secs()).expect("it is this century");
    let at = |days: i64| Asn1Time::from_unix(now + days * 86_400 - 60).expect("it is an instant");
    builder.set_not_before(&at(from_days)).expect("it is an instant");
    builder.set_not_after(&at(until_days)).expect("it is an instant");
    builder
}
