//! TLS with a certificate that is made at the start, because no authority certifies a loopback address.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
#[cfg(feature = "rustls-aws-lc")]
use tokio_rustls::rustls::crypto::aws_lc_rs as cryptography;
#[cfg(not(feature = "rustls-aws-lc"))]
use tokio_rustls::rustls::crypto::ring as cryptography;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The certificate authority of one emulator, and an acceptor with a certificate of it.
pub(crate) struct Tls {
    pub(crate) acceptor: TlsAcceptor,
    /// The certificate of the authority as PEM, which clients must trust.
    pub(crate) authority_pem: String,
}

impl Tls {
    /// Makes an authority and a certificate for the names of this machine and an address.
    pub(crate) fn new(host: IpAddr) -> io::Result<Self> {
        let authority = new_authority().map_err(io::Error::other)?;
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let certificate = server_certificate(&authority, &key, host).map_err(io::Error::other)?;
        let private_key = PrivateKeyDer::try_from(key.serialize_der()).map_err(io::Error::other)?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(cryptography::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private_key)
            .map_err(io::Error::other)?;
        // The order is the preference of the server. AWS answers HTTP/2 to clients that offer it.
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), authority_pem: authority.pem() })
    }
}

/// Makes an authority that certifies one server.
// Python 3.13 and rustls reject one certificate that is its own authority: the former requires the extensions of an
// authority, the latter refuses a server that has them. See
// https://docs.python.org/3/whatsnew/3.13.html#ssl for `VERIFY_X509_STRICT`.
fn new_authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Outcrop emulator");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn server_certificate(
    authority: &CertifiedIssuer<'_, KeyPair>,
    key: &KeyPair,
    host: IpAddr,
) -> Result<rcgen::Certificate, rcgen::Error> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    let host = host.to_string();
    if !names.contains(&host) {
        names.push(host);
    }
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.signed_by(key, authority)
}
