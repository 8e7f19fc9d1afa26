//! Signatures are those of the SDK's signer.

use std::time::Duration;

use aws_runtime::auth::sigv4::SigV4AuthScheme;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use proptest::prelude::*;

use super::*;

/// The secret of AWS's examples: <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// 2015-08-30T12:36:00Z, the time of AWS's test vectors.
const VECTOR_TIME: u64 = 1_440_938_160;

fn signer(region: &str, service: &str) -> CachedSigner {
    CachedSigner {
        sdk: SharedAuthScheme::new(SigV4AuthScheme::new()),
        region: region.to_owned(),
        service: service.to_owned(),
        clock: Arc::default(),
        key: Mutex::default(),
    }
}

fn credentials(secret: &str, token: Option<&str>) -> Credentials {
    Credentials::new("AKIDEXAMPLE", secret, token.map(str::to_owned), None, "test")
}

fn request(method: &str, address: &str, headers: &[(String, String)], body: &[u8]) -> HttpRequest {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method(method).unwrap();
    request.set_uri(address).unwrap();
    for (name, value) in headers {
        request.headers_mut().append(name.clone(), value.clone());
    }
    request
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Signs a request with `aws-sigv4`.
fn sign_by_sdk(request: &HttpRequest, credentials: &Credentials, now: SystemTime) -> SignatureHeaders {
    let identity = credentials.clone().into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("bedrock")
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .unwrap();
    let body = SignableBody::Bytes(request.body().bytes().unwrap());
    let signable =
        SignableRequest::new(request.method(), request.uri(), request.headers().iter(), body).unwrap();
    let (instructions, _) = sign(signable, &params.into()).unwrap().into_parts();
    let header = |name| instructions.headers().find(|(other, _)| *other == name).map(|(_, value)| value);
    SignatureHeaders {
        date: header(canonical::DATE).unwrap().to_owned(),
        authorization: header(canonical::AUTHORIZATION).unwrap().to_owned(),
        token: header(canonical::SECURITY_TOKEN).map(str::to_owned),
    }
}

#[test]
fn test_vectors_of_aws_have_the_documented_signatures() {
    let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    let vectors = [
        ("GET", None, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("POST", None, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ("GET", Some(token), "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8"),
    ];
    for (method, token, signature) in vectors {
        let request = request(method, "https://example.amazonaws.com/", &[], b"");
        let signed =
            signer("us-east-1", "service").sign(&request, &credentials(SECRET, token), at(VECTOR_TIME));
        let signed = signed.unwrap();
        assert_eq!(signed.date, "20150830T123600Z");
        assert_eq!(signed.token.as_deref(), token);
        let end = format!("Signature={signature}");
        assert!(signed.authorization.ends_with(&end), "{method} {token:?}: {}", signed.authorization);
    }
}

#[test]
fn key_changes_with_the_day_and_the_secret() {
    let signer = signer("us-east-1", "bedrock");
    let request =
        request("POST", "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse", &[], b"{}");
    for (secret, seconds) in [(SECRET, 0), (SECRET, 86_399), (SECRET, 86_400), ("other", 86_400), (SECRET, 0)]
    {
        let credentials = credentials(secret, None);
        let signed = signer.sign(&request, &credentials, at(seconds));
        assert_eq!(signed, Some(sign_by_sdk(&request, &credentials, at(seconds))), "{secret} {seconds}");
    }
}

#[test]
fn unusual_request_is_left_to_the_sdk() {
    let host = "https://bedrock-runtime.us-east-1.amazonaws.com";
    let unusual = [
        ("query", format!("{host}/model?a=b"), ("x-a", "b")),
        ("dots", format!("{host}/model/../m"), ("x-a", "b")),
        ("dot", format!("{host}/./m"), ("x-a", "b")),
        ("empty segment", format!("{host}/model//m"), ("x-a", "b")),
        ("no scheme", "/model/m".to_owned(), ("x-a", "b")),
        ("two spaces", format!("{host}/m"), ("x-a", "b  c")),
        ("space at the end", format!("{host}/m"), ("x-a", "b ")),
        ("tab", format!("{host}/m"), ("x-a", "b\tc")),
        ("not ASCII", format!("{host}/m"), ("x-a", "ä")),
        ("host", format!("{host}/m"), ("host", "example.com")),
        ("date", format!("{host}/m"), ("x-amz-date", "20150830T123600Z")),
        ("authorization", format!("{host}/m"), ("authorization", "Bearer a")),
    ];
    for (case, address, (name, value)) in unusual {
        let headers = [(name.to_owned(), value.to_owned())];
        let request = request("POST", &address, &headers, b"{}");
        let signed =
            signer("us-east-1", "bedrock").sign(&request, &credentials(SECRET, None), at(VECTOR_TIME));
        assert_eq!(signed, None, "{case}");
    }
    let twice = [("x-a".to_owned(), "b".to_owned()), ("x-a".to_owned(), "c".to_owned())];
    let request = request("POST", &format!("{host}/m"), &twice, b"{}");
    let signed = signer("us-east-1", "bedrock").sign(&request, &credentials(SECRET, None), at(VECTOR_TIME));
    assert_eq!(signed, None, "a header given twice");
}

#[test]
fn debug_output_has_no_secret() {
    let signer = signer("us-east-1", "bedrock");
    let request = request("POST", "https://example.amazonaws.com/m", &[], b"{}");
    signer.sign(&request, &credentials(SECRET, Some("SECRETTOKEN")), at(VECTOR_TIME)).unwrap();
    let debug = format!("{signer:?}");
    assert!(
        debug.contains("20150830") && !debug.contains("wJalr") && !debug.contains("SECRETTOKEN"),
        "{debug}"
    );
}

#[test]
fn clock_is_off_after_a_date_more_than_a_minute_away() {
    let clock = Clock::default();
    let observe = |headers: &[(&'static str, &'static str)]| {
        let mut response = HttpResponse::new(StatusCode::try_from(200).unwrap(), SdkBody::empty());
        for (name, value) in headers {
            response.headers_mut().insert(*name, *value);
        }
        clock.observe(&response, at(VECTOR_TIME));
        clock.is_off()
    };
    let (near, far) = ("Sun, 30 Aug 2015 12:37:00 GMT", "Sun, 30 Aug 2015 12:34:59 GMT");
    assert!(!observe(&[]), "no date");
    assert!(!observe(&[("date", near)]), "60 s ahead");
    assert!(!observe(&[("date", far), ("age", "61")]), "a cache keeps the date");
    assert!(observe(&[("date", far)]), "61 s behind");
    assert!(observe(&[("date", near), ("age", "1")]), "a cache proves no clock right");
    assert!(observe(&[("date", "yesterday")]), "no HTTP date");
    assert!(observe(&[]), "no date");
    assert!(!observe(&[("date", near)]), "the clock is right again");
}

/// Addresses as the mapping and endpoints have them, with encoded ids of models.
fn addresses() -> impl Strategy<Value = String> {
    let host = "(https|http|HTTPS|Http)://((bedrock-runtime|vpce-0a1b2c3d|VPCE-0A)\\.[a-z]{2}-[a-z]{4,9}-[1-3]\\.(amazonaws\\.com|api\\.aws)|\\[(::1|fd00:ec2::80)\\]|127\\.0\\.0\\.1)(:80|:443|:0443|:8443|:)?";
    let path =
        "(/[a-z]{1,8}){0,2}/model/([A-Za-z0-9._~:@!$&'()*+,;=-]|%[0-9A-F]{2}){1,60}/converse(-stream)?/?";
    (host, path).prop_map(|(host, path)| host + &path)
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = "(x-amz-[a-z-]{1,12}|content-(type|length)|user-agent|x-amzn-trace-id|transfer-encoding|connection|amz-sdk-(request|invocation-id)|accept|x-[A-Za-z0-9]{1,8})";
    prop::collection::vec((name, "[!-~]{1,12}( [!-~]{1,12}){0,4}"), 0..10)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn signed_request_has_the_headers_of_the_sdk(
        method in "(GET|POST)",
        address in addresses(),
        headers in headers(),
        body in prop::collection::vec(any::<u8>(), 0..300),
        token in prop::option::of("[A-Za-z0-9+/=]{1,200}"),
        secret in "[A-Za-z0-9+/]{1,100}",
        seconds in 0u64..4_102_444_800,
        nanos in 0u32..1_000_000_000,
    ) {
        let mut headers = headers;
        headers.sort();
        headers.dedup_by_key(|(name, _)| name.to_lowercase());
        let now = at(seconds) + Duration::from_nanos(nanos.into());
        let request = request(&method, &address, &headers, &body);
        let credentials = credentials(&secret, token.as_deref());
        let signed = signer("us-east-1", "bedrock").sign(&request, &credentials, now);
        if let Some(signed) = signed {
            prop_assert_eq!(signed, sign_by_sdk(&request, &credentials, now));
        } else {
            // Dots are the only unusual part that these requests can have.
            prop_assert!(address.contains("/.") || address.contains("//"), "{}", address);
        }
    }
}
