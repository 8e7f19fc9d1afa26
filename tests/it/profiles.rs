//! Profiles of the shared configuration files: each call runs in a process with its own files and environment.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};

use outcrop_emulator::Emulator;
use serde_json::{Value, json};

use crate::support::signer::Signer;

/// The environment of a shell that has keys of another identity.
const AMBIENT: &[(&str, &str)] = &[
    ("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT"),
    ("AWS_SECRET_ACCESS_KEY", "environment-secret"),
    ("AWS_SESSION_TOKEN", "environment-token"),
    ("AWS_BEARER_TOKEN_BEDROCK", "environment-api-key"),
    ("AWS_REGION", "us-west-2"),
];

/// A folder with shared configuration files. It is removed when it is dropped.
struct Files {
    folder: PathBuf,
}

impl Files {
    fn new(name: &str, config: &str, credentials: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("outcrop-profiles-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("config"), config).expect("a file");
        fs::write(folder.join("credentials"), credentials).expect("a file");
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // A leftover in the temporary folder does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The outcome of a call: its error, `null` if there was none, and the signer of the request that was sent.
struct Outcome {
    error: Value,
    signer: Option<Signer>,
}

impl Outcome {
    fn error(&self, member: &str) -> &str {
        self.error[member].as_str().unwrap_or_default()
    }
}

/// Makes a call to an emulator, as [`run`] does.
fn call(files: &Files, mut entry: Value, variables: &[(&str, &str)]) -> Outcome {
    // The emulator must answer while this thread waits for the process.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let emulator = runtime.block_on(Emulator::start()).expect("a port is free");
    entry["endpoint_url"] = json!(emulator.url());
    let error = run(files, &entry, variables);
    Outcome { error, signer: emulator.requests().first().map(Signer::from_request) }
}

/// Makes a call with the settings of an entry in a process whose environment has only these variables. Returns the error.
fn run(files: &Files, entry: &Value, variables: &[(&str, &str)]) -> Value {
    run_with(files, entry, variables, &[])
}

/// Makes a call as [`run`] does, with further arguments.
fn run_with(files: &Files, entry: &Value, variables: &[(&str, &str)], arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_one-call"))
        .arg(entry.to_string())
        .args(arguments)
        .env_clear()
        .env("HOME", &files.folder)
        .env("AWS_CONFIG_FILE", files.path("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", files.path("credentials"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .expect("the process runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no outcome: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A server on the loopback interface that answers every request with the same text, and keeps the requests.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(media_type: &'static str, body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        // The thread ends with the process of the test.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, media_type, body, &kept);
            }
        });
        Self { url, requests }
    }

    /// Returns the only request that was received.
    fn request(&self) -> String {
        let requests = self.requests.lock().expect("no panic");
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

/// Reads a request, keeps its head and body, and answers it.
fn answer(mut stream: TcpStream, media_type: &str, body: &str, requests: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap_or(0);
        if read == 0 {
            // The client is gone: it drops a call beside one that failed.
            return;
        }
        request.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&request).to_lowercase();
        let Some((head, rest)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or("0", str::trim);
        if rest.len() >= length.parse::<usize>().expect("a length") {
            break;
        }
    }
    // Before the response, because the process of the client may end as soon as it has it.
    requests.lock().expect("no panic").push(String::from_utf8(request).expect("text"));
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {media_type}\r\ncontent-length: {}", body.len());
    write!(stream, "{head}\r\nconnection: close\r\n\r\n{body}").unwrap_or(());
}

/// A response of STS with temporary credentials.
fn sts(action: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><{action}Result><Credentials>\
         <AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>\
         <SessionToken>role-token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>\
         </{action}Result></{action}Response>"
    )
}

fn temporary(access_key: &str, region: &str, token: &str) -> Signer {
    Signer::Key {
        access_key: access_key.to_owned(),
        region: region.to_owned(),
        session_token: Some(token.to_owned()),
    }
}

const CONFIG: &str = "[default]\nregion = eu-north-1\n[profile work]\nregion = eu-central-1\n[profile bare]\nregion = eu-west-3\n";
const CREDENTIALS: &str = "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = d\n\
    [work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = w\n";

#[test]
fn profile_of_settings_wins_over_keys_tokens_and_region_of_environment() {
    // R-H1
    let files = Files::new("wins", CONFIG, CREDENTIALS);
    let outcome = call(&files, json!({"aws_profile_name": "work"}), AMBIENT);
    assert_eq!(outcome.signer, Some(Signer::key("AKIAWORK", "eu-central-1")), "{}", outcome.error);
    let with_region = json!({"aws_profile_name": "work", "aws_region": "ap-south-1"});
    assert_eq!(call(&files, with_region, AMBIENT).signer, Some(Signer::key("AKIAWORK", "ap-south-1")));
}

#[test]
fn profile_of_environment_loses_to_keys_of_environment() {
    // As in AWS's SDKs: `AWS_PROFILE` is a default, not a choice for one client.
    let files = Files::new("loses", CONFIG, CREDENTIALS);
    let outcome = call(&files, json!({}), &[&[("AWS_PROFILE", "work")], &AMBIENT[..2]].concat());
    assert_eq!(outcome.signer, Some(Signer::key("AKIAENVIRONMENT", "eu-central-1")), "{}", outcome.error);
}

#[test]
fn missing_profile_is_an_error_that_lists_profiles_and_files() {
    // R-H1, U28
    let files = Files::new("missing", CONFIG, CREDENTIALS);
    for (entry, variables, path) in [
        (json!({"aws_profile_name": "nope"}), AMBIENT, "aws_profile_name"),
        (json!({"aws_profile_name": "nope", "aws_region": "eu-west-1"}), &[], "aws_profile_name"),
        (json!({}), &[("AWS_PROFILE", "nope")], "AWS_PROFILE"),
        (json!({"aws_region": "eu-west-1"}), &[("AWS_PROFILE", "nope")], "AWS_PROFILE"),
    ] {
        let outcome = call(&files, entry.clone(), variables);
        assert_eq!(outcome.signer, None, "{entry}: nothing is sent");
        assert_eq!(
            (outcome.error("kind"), outcome.error("code")),
            ("configuration", "ProfileNotFound"),
            "{entry}"
        );
        assert_eq!(outcome.error("path"), path, "{entry}");
        assert!(outcome.error("message").contains("`nope`"), "{}", outcome.error);
        for part in ["`bare`, `default`, `work`", &files.path("config"), &files.path("credentials")] {
            assert!(outcome.error("hint").contains(part), "{part}: {}", outcome.error);
        }
    }
    let nothing = Files { folder: files.folder.join("none") };
    let outcome = call(&nothing, json!({"aws_profile_name": "nope"}), &[]);
    assert!(outcome.error("hint").contains("exist: none"), "{}", outcome.error);
    assert!(outcome.error("hint").contains("(not found)"), "{}", outcome.error);
}

#[test]
fn profile_with_a_process_signs_with_its_trimmed_output() {
    // R-H1, R-M2
    let output = r#"{"Version": 1, "AccessKeyId": "AKIAPROCESS\n", "SecretAccessKey": " p", "SessionToken": "process-token\r\n"}"#;
    let files = Files::new("process", "", "");
    fs::write(files.path("output"), output).expect("a file");
    let config =
        format!("[profile tool]\nregion = eu-west-1\ncredential_process = cat {}\n", files.path("output"));
    fs::write(files.path("config"), config).expect("a file");
    let entry = json!({"aws_profile_name": "tool"});
    let outcome = call(&files, entry.clone(), AMBIENT);
    assert_eq!(
        outcome.signer,
        Some(temporary("AKIAPROCESS", "eu-west-1", "process-token")),
        "{}",
        outcome.error
    );

    fs::write(files.path("output"), output.replace("AKIA", "AK\\nIA")).expect("a file");
    let outcome = call(&files, entry.clone(), AMBIENT);
    assert_eq!(
        (outcome.signer.is_none(), outcome.error("code")),
        (true, "CredentialsFailed"),
        "{}",
        outcome.error
    );
    assert!(outcome.error("message").contains("control character"), "{}", outcome.error);

    fs::write(files.path("output"), "{XYZZY").expect("a file");
    let outcome = call(&files, entry, AMBIENT);
    assert_eq!((outcome.error("kind"), outcome.error("code")), ("unauthenticated", "CredentialsFailed"));
    assert!(outcome.error("message").contains("the profile `tool`"), "{}", outcome.error);
    assert!(!outcome.error.to_string().contains("XYZZY"), "{}", outcome.error);
}

#[test]
fn profile_with_a_role_signs_with_credentials_of_sts_for_its_source_profile() {
    // R-H1
    let config =
        "[profile admin]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/admin\nsource_profile = work\n";
    let files = Files::new("role", config, CREDENTIALS);
    let sts = Server::start("text/xml", sts("AssumeRole").leak());
    let variables = [AMBIENT, &[("AWS_ENDPOINT_URL_STS", sts.url.as_str())]].concat();
    let outcome = call(&files, json!({"aws_profile_name": "admin"}), &variables);
    assert_eq!(outcome.signer, Some(temporary("ASIAROLE", "eu-west-1", "role-token")), "{}", outcome.error);
    let request = sts.request();
    assert!(request.contains("Action=AssumeRole&"), "{request}");
    assert!(request.contains("Credential=AKIAWORK/"), "{request}");
    assert!(!request.contains("environment"), "{request}");
}

#[test]
fn profile_with_a_web_identity_signs_with_credentials_of_sts_for_its_token() {
    let files = Files::new("web", "", "");
    fs::write(files.path("token"), "identity-token").expect("a file");
    let config = format!(
        "[profile pod]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/pod\nweb_identity_token_file = {}\n",
        files.path("token")
    );
    fs::write(files.path("config"), config).expect("a file");
    let sts = Server::start("text/xml", sts("AssumeRoleWithWebIdentity").leak());
    let variables = [AMBIENT, &[("AWS_ENDPOINT_URL_STS", sts.url.as_str())]].concat();
    let outcome = call(&files, json!({"aws_profile_name": "pod"}), &variables);
    assert_eq!(outcome.signer, Some(temporary("ASIAROLE", "eu-west-1", "role-token")), "{}", outcome.error);
    assert!(sts.request().contains("WebIdentityToken=identity-token"));
}

#[test]
fn profile_without_credentials_leads_to_the_role_of_the_container() {
    // As in botocore: the settings name a profile, so keys of the environment are left out, and nothing else is.
    let files = Files::new("container", CONFIG, CREDENTIALS);
    let role = r#"{"AccessKeyId": "ASIATASK", "SecretAccessKey": "t", "Token": "task-token", "Expiration": "2099-01-01T00:00:00Z"}"#;
    let server = Server::start("application/json", role);
    let variables = [AMBIENT, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url.as_str())]].concat();
    let entry = json!({"aws_profile_name": "bare"});
    let outcome = call(&files, entry.clone(), &variables);
    assert_eq!(outcome.signer, Some(temporary("ASIATASK", "eu-west-3", "task-token")), "{}", outcome.error);
    let without_role = call(&files, entry, AMBIENT);
    assert_eq!((without_role.signer.is_none(), without_role.error("code")), (true, "MissingCredentials"));
    assert!(without_role.error("hint").contains("profile"), "{}", without_role.error);
}

#[test]
fn sso_profile_without_a_login_is_an_error_with_the_command_to_log_in() {
    // R-H1
    let keys = "region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n";
    let config = format!(
        "[profile old]\n{keys}sso_region = eu-west-1\nsso_start_url = https://example.invalid/start\n\
         [profile new]\n{keys}sso_session = s\n[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.invalid/start\n\
         [profile role]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = new\n"
    );
    let files = Files::new("sso", &config, "");
    for name in ["old", "new", "role"] {
        for (entry, variables) in
            [(json!({"aws_profile_name": name}), vec![]), (json!({}), vec![("AWS_PROFILE", name)])]
        {
            let outcome = call(&files, entry, &variables);
            assert_eq!((outcome.signer.is_none(), outcome.error("kind")), (true, "unauthenticated"));
            assert_eq!(
                outcome.error("hint"),
                format!("log in: `aws sso login --profile {name}`"),
                "{}",
                outcome.error
            );
        }
    }
}

#[test]
fn incomplete_profile_is_an_error_when_the_client_is_built() {
    let config = "[profile gone]\nrole_arn = r\nsource_profile = none\n[profile a]\nrole_arn = r\nsource_profile = b\n\
        [profile b]\nrole_arn = r\nsource_profile = a\n[profile half]\naws_access_key_id = AKIAHALF\n\
        [profile place]\nregion = eu west\naws_access_key_id = AKIA\naws_secret_access_key = s\n";
    let files = Files::new("incomplete", config, "");
    for (name, code, part) in [
        ("gone", "ProfileNotFound", "`none`"),
        ("a", "InvalidProfile", "cycle"),
        ("half", "PartialCredentials", "aws_secret_access_key"),
        ("place", "InvalidRegion", "`eu west`"),
    ] {
        let mut entry = json!({"aws_profile_name": name});
        if name != "place" {
            entry["aws_region"] = json!("eu-west-1");
        }
        let outcome = call(&files, entry, AMBIENT);
        assert_eq!((outcome.error("kind"), outcome.error("code")), ("configuration", code), "{name}");
        assert!(outcome.error("message").contains(part), "{}", outcome.error);
    }
}

#[test]
fn broken_file_stops_only_clients_that_need_it() {
    let files = Files::new("broken", "[profile work\nregion = eu-central-1\n", "");
    let outcome = call(&files, json!({"aws_profile_name": "work"}), &[]);
    assert_eq!((outcome.error("kind"), outcome.error("code")), ("configuration", "InvalidProfileFile"));
    assert!(outcome.error("message").contains(&files.path("config")), "{}", outcome.error);
    let keys = call(&files, json!({}), AMBIENT);
    assert_eq!(keys.signer, Some(Signer::Token("environment-api-key".to_owned())), "{}", keys.error);
}

#[test]
fn endpoint_of_profile_is_used_and_checked() {
    // R-M3
    let server = Server::start("application/json", "{}");
    let url = &server.url;
    let keys = "region = eu-west-1\naws_access_key_id = AKIA\naws_secret_access_key = s\n";
    let config = format!(
        "[profile own]\n{keys}endpoint_url = {url}/own\n\
         [profile service]\n{keys}services = local\nendpoint_url = http://127.0.0.1:1\n\
         [services local]\nbedrock_runtime =\n  endpoint_url = {url}/service\n\
         [profile malformed]\n{keys}endpoint_url = not a url\n"
    );
    let files = Files::new("endpoint", &config, "");
    for (name, path) in [("own", "/own/model/"), ("service", "/service/model/")] {
        // The response is empty, so the call fails; the path shows which endpoint was used.
        run(&files, &json!({"aws_profile_name": name}), &[("AWS_ENDPOINT_URL", "")]);
        let request = server.requests.lock().expect("no panic").pop().expect("a request");
        assert!(request.starts_with(&format!("POST {path}")), "{name}: {request}");
    }
    let entry = json!({"aws_profile_name": "malformed"});
    let error = run(&files, &entry, &[]);
    assert_eq!((&error["code"], &error["path"]), (&json!("InvalidEndpoint"), &json!("profile.endpoint_url")));
    run(&files, &entry, &[("AWS_ENDPOINT_URL", url)]);
    assert_eq!(server.requests.lock().expect("no panic").len(), 1, "a variable comes before the profile");
}

/// The paths of the first requests of a call and of a list of models, over sockets, by a profile and variables. The path of an
/// endpoint is its name.
fn endpoints(files: &Files, server: &Server, entry: &Value, variables: &[(&str, &str)]) -> [String; 2] {
    [("POST ", &[][..]), ("GET ", &["models"][..])].map(|(method, arguments)| {
        run_with(files, entry, variables, arguments);
        let requests = std::mem::take(&mut *server.requests.lock().expect("no panic"));
        // A client drops the second list if the first one fails. The server may read it only after the client has ended.
        let request = requests.iter().find(|request| request.starts_with(method));
        let line = request.and_then(|request| request.lines().next()).unwrap_or_default();
        line.split(' ').nth(1).and_then(|path| path.split('/').nth(1)).unwrap_or_default().to_owned()
    })
}

/// A profile, variables, and the endpoints of runtime and control plane.
type Case<'a> = (&'a str, Vec<&'a (&'a str, String)>, [&'a str; 2]);

#[test]
fn endpoints_of_runtime_and_control_plane_come_from_variables_then_services_then_the_profile() {
    let server = Server::start("application/json", "{}");
    let url = &server.url;
    let keys = "region = eu-west-1\naws_access_key_id = AKIA\naws_secret_access_key = s\n";
    let config = format!(
        "[profile both]\n{keys}services = both\nendpoint_url = {url}/profile\n\
         [services both]\nbedrock_runtime =\n  endpoint_url = {url}/runtime\nbedrock =\n  endpoint_url = {url}/control\n\
         [profile control]\n{keys}services = control\nendpoint_url = {url}/profile\n\
         [services control]\nbedrock =\n  endpoint_url = {url}/control\n\
         [profile runtime]\n{keys}services = runtime\n\
         [services runtime]\nbedrock_runtime =\n  endpoint_url = {url}/runtime\n\
         [profile mixed]\n{keys}services = runtime\nendpoint_url = {url}/profile\n\
         [profile off]\n{keys}services = both\nignore_configured_endpoint_urls = true\n"
    );
    let files = Files::new("services", &config, "");
    let variable = |name: &'static str, path: &str| (name, format!("{url}/{path}"));
    let all = variable("AWS_ENDPOINT_URL", "all");
    let of_runtime = variable("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "runtime-variable");
    let of_control = variable("AWS_ENDPOINT_URL_BEDROCK", "control-variable");
    let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true".to_owned());
    let heed = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false".to_owned());
    let proxy = variable("HTTPS_PROXY", "no-proxy");
    let table: Vec<Case<'_>> = vec![
        ("both", vec![], ["runtime", "control"]),
        ("control", vec![], ["profile", "control"]),
        ("mixed", vec![], ["runtime", "profile"]),
        // A private network: no request to a host that is not configured.
        ("runtime", vec![], ["runtime", "runtime"]),
        ("both", vec![&all], ["all", "all"]),
        ("both", vec![&of_runtime], ["runtime-variable", "control"]),
        ("both", vec![&of_control], ["runtime", "control-variable"]),
        ("mixed", vec![&of_control], ["runtime", "control-variable"]),
        ("off", vec![&heed], ["runtime", "control"]),
    ];
    for (name, variables, expected) in table {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let entry = json!({"aws_profile_name": name, "max_retries": 0});
        assert_eq!(endpoints(&files, &server, &entry, &variables), expected, "{name} {variables:?}");
    }
    // AWS's own endpoints, to which nothing must be sent: the proxy refuses to connect.
    for (name, variables) in [("both", vec![&ignore, &proxy, &all]), ("off", vec![&proxy, &all, &of_runtime])]
    {
        let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let entry = json!({"aws_profile_name": name, "max_retries": 0});
        let found = endpoints(&files, &server, &entry, &variables);
        assert!(
            found.iter().all(|path| !["runtime", "control", "all"].contains(&path.as_str())),
            "{found:?}"
        );
    }
    let given =
        json!({"aws_profile_name": "mixed", "endpoint_url": format!("{url}/given"), "max_retries": 0});
    assert_eq!(endpoints(&files, &server, &given, &[]), ["given", "given"]);
    let given = json!({"aws_profile_name": "both", "endpoint_url": format!("{url}/given"), "max_retries": 0});
    assert_eq!(endpoints(&files, &server, &given, &[]), ["given", "control"], "`bedrock` names the service");
}
