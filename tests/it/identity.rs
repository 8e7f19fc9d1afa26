//! As whom and where: keys, tokens, profiles, regions, and what is said when there are none.

use std::process::Command;

use outcrop::config::ConfigEntry;
use outcrop::transport::Environment;
use outcrop::{BedrockClient, BedrockClientBuilder, Credentials, ErrorKind, ModelClient as _};
use outcrop_emulator::Emulator;

use crate::loopback;

/// Who signed the one request that the client of a builder sends.
async fn signer(make: impl FnOnce(BedrockClientBuilder) -> BedrockClientBuilder) -> Signer {
    let emulator = loopback::serve_model().await;
    let builder = BedrockClient::builder().endpoint_url(emulator.url()).region("eu-west-1");
    let client = make(builder).connect().await.expect("a client");
    client.create(&loopback::question()).await.expect("an answer");
    Signer::of(&emulator)
}

#[derive(Debug, PartialEq, Eq)]
enum Signer {
    Key { id: String, region: String, session_token: Option<String> },
    Token(String),
}

impl Signer {
    fn of(emulator: &Emulator) -> Self {
        let requests = emulator.requests();
        let [request] = requests.as_slice() else { panic!("{} requests", requests.len()) };
        let authorization = request.header("authorization").expect("it is signed");
        if let Some(token) = authorization.strip_prefix("Bearer ") {
            return Self::Token(token.to_owned());
        }
        let credential =
            authorization.strip_prefix("AWS4-HMAC-SHA256 Credential=").expect("it is a signature");
        let scope: Vec<&str> = credential.split([',', '/']).collect();
        assert_eq!(scope[3..5], ["bedrock", "aws4_request"]);
        Self::Key {
            id: scope[0].to_owned(),
            region: scope[2].to_owned(),
            session_token: request.header("x-amz-security-token").map(str::to_owned),
        }
    }

    fn key(id: &str) -> Self {
        Self::Key { id: id.to_owned(), region: "eu-west-1".to_owned(), session_token: None }
    }
}

#[tokio::test]
async fn credentials_are_those_that_were_given() {
    let empty = Environment::of::<&str, &str>([]);
    let keys = signer(|b| b.environment(empty.clone()).credentials(Credentials::keys("AKID1", "s"))).await;
    assert_eq!(keys, Signer::key("AKID1"));
    let session = Credentials::session("AKID2", "s", "session-token");
    let Signer::Key { session_token, .. } =
        signer(|b| b.environment(empty.clone()).credentials(session)).await
    else {
        panic!("a key was given")
    };
    assert_eq!(session_token.as_deref(), Some("session-token"));
    let bearer = signer(|b| b.environment(empty).credentials(Credentials::bearer("api-key"))).await;
    assert_eq!(bearer, Signer::Token("api-key".to_owned()));
}

#[tokio::test]
async fn the_environment_is_looked_at_in_order() {
    let all = [
        ("AWS_BEARER_TOKEN_BEDROCK", "token"),
        ("AWS_ACCESS_KEY_ID", "AKID-AWS"),
        ("AWS_SECRET_ACCESS_KEY", "s"),
        ("AWS_ACCESS_KEY", "AKID-AG2"),
        ("AWS_SECRET_KEY", "s"),
    ];
    let expected = [Signer::Token("token".to_owned()), Signer::key("AKID-AWS"), Signer::key("AKID-AG2")];
    for (skipped, expected) in [0, 1, 3].into_iter().zip(expected) {
        let environment = Environment::of(all.into_iter().skip(skipped));
        assert_eq!(signer(|builder| builder.environment(environment)).await, expected);
    }
    let explicit = |builder: BedrockClientBuilder| {
        builder.environment(Environment::of(all)).credentials(Credentials::keys("AKID", "s"))
    };
    assert_eq!(signer(explicit).await, Signer::key("AKID"));
}

#[tokio::test]
async fn half_a_key_is_an_error_that_names_the_other_half() {
    for (variable, missing) in [
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
        ("AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"),
        ("AWS_ACCESS_KEY", "AWS_SECRET_KEY"),
        ("AWS_SECRET_KEY", "AWS_ACCESS_KEY"),
    ] {
        let environment = Environment::of([(variable, "XYZZY")]);
        let error = BedrockClient::builder()
            .region("eu-west-1")
            .environment(environment)
            .connect()
            .await
            .expect_err("half");
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, Some("PartialCredentials")));
        assert_eq!(error.path(), Some(missing));
        assert!(!format!("{error:?}").contains("XYZZY"));
    }
    let entry = r#"{"model": "m", "aws_region": "eu-west-1", "aws_access_key": "AKID"}"#;
    let entry = ConfigEntry::from_json(entry).expect("the keys are checked when connecting");
    let error = BedrockClient::from_config(&entry).await.expect_err("half");
    assert_eq!((error.code(), error.path()), (Some("PartialCredentials"), Some("aws_secret_key")));
}

#[tokio::test]
async fn the_region_is_that_of_the_settings_then_of_the_environment() {
    let variables = [("AWS_REGION", "eu-west-2"), ("AWS_DEFAULT_REGION", "eu-west-3")];
    for (given, skipped, region, source) in [
        (Some("eu-west-1"), 0, "eu-west-1", "the settings"),
        (None, 0, "eu-west-2", "AWS_REGION"),
        (None, 1, "eu-west-3", "AWS_DEFAULT_REGION"),
    ] {
        let environment = Environment::of(variables.into_iter().skip(skipped));
        let builder =
            BedrockClient::builder().environment(environment).credentials(Credentials::keys("AKID", "s"));
        let builder = given.into_iter().fold(builder, BedrockClientBuilder::region);
        let client = builder.connect().await.expect("a client");
        assert_eq!(
            (client.transport().region().name.as_str(), client.transport().region().source),
            (region, source)
        );
    }
}

/// What the SDK finds by itself it finds in the process's environment, which a test cannot change but for a child.
struct Child {
    variables: Vec<(&'static str, String)>,
    files: std::path::PathBuf,
}

impl Child {
    /// A child without any credentials or region.
    fn new(name: &str) -> Self {
        let files = std::env::temp_dir().join(format!("outcrop-identity-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&files).expect("the directory can be made");
        let file = |name: &str| files.join(name).display().to_string();
        let variables = vec![
            ("AWS_CONFIG_FILE", file("config")),
            ("AWS_SHARED_CREDENTIALS_FILE", file("credentials")),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ];
        Self { variables, files }
    }

    fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.files.join(name), text).expect("the file can be written");
        self
    }

    fn variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// Makes the child send a request as an entry describes; gives what it printed.
    async fn run(self, emulator: &Emulator, entry: &serde_json::Value) -> String {
        let mut entry = entry.clone();
        entry["model"] = loopback::MODEL.into();
        entry["endpoint_url"] = emulator.url().into();
        entry["total_max_attempts"] = 1.into();
        let kept = ["PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LLVM_PROFILE_FILE"];
        let kept = kept.into_iter().filter_map(|name| std::env::var(name).ok().map(|value| (name, value)));
        let mut command = Command::new(std::env::current_exe().expect("this test runs"));
        command.args(["--exact", "identity::child", "--nocapture"]).env_clear();
        command.envs(kept).envs(self.variables).env("OUTCROP_CHILD_ENTRY", entry.to_string());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
        let output = output.expect("the child runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::remove_dir_all(self.files).expect("the directory can be removed");
        String::from_utf8(output.stdout).expect("it prints words")
    }
}

/// The child: does nothing unless it was started as one.
#[tokio::test]
async fn child() {
    let Ok(entry) = std::env::var("OUTCROP_CHILD_ENTRY") else { return };
    let entry = ConfigEntry::settings_from_json(&entry).expect("the entry is good");
    let outcome = match BedrockClient::from_config(&entry).await {
        Ok(client) => client.create(&loopback::question()).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(_) => println!("answered"),
        Err(error) => println!("{error} / {}", error.hint().unwrap_or_default()),
    }
}

const FILES: (&str, &str) = (
    "[profile demo]\nregion = eu-central-1\n[default]\nregion = eu-north-1\n",
    "[demo]\naws_access_key_id = AKID-DEMO\naws_secret_access_key = s\n\
     [default]\naws_access_key_id = AKID-DEFAULT\naws_secret_access_key = s\n",
);

#[tokio::test]
async fn profiles_have_credentials_and_a_region() {
    for (entry, variable, id, region) in [
        (serde_json::json!({"aws_profile_name": "demo"}), None, "AKID-DEMO", "eu-central-1"),
        (serde_json::json!({}), Some(("AWS_PROFILE", "demo")), "AKID-DEMO", "eu-central-1"),
        (serde_json::json!({}), None, "AKID-DEFAULT", "eu-north-1"),
        (
            serde_json::json!({"aws_profile_name": "demo", "aws_region": "eu-south-1"}),
            None,
            "AKID-DEMO",
            "eu-south-1",
        ),
        // A profile that is named goes before a token of the environment.
        (
            serde_json::json!({"aws_profile_name": "demo"}),
            Some(("AWS_BEARER_TOKEN_BEDROCK", "token")),
            "AKID-DEMO",
            "eu-central-1",
        ),
    ] {
        let emulator = loopback::serve_model().await;
        let child = Child::new("profile").file("config", FILES.0).file("credentials", FILES.1);
        let child = variable.into_iter().fold(child, |child, (name, value)| child.variable(name, value));
        let printed = child.run(&emulator, &entry).await;
        assert!(printed.contains("answered"), "{entry}: {printed}");
        let expected = Signer::Key { id: id.to_owned(), region: region.to_owned(), session_token: None };
        assert_eq!(Signer::of(&emulator), expected, "{entry}");
    }
}

/// The SDK itself would take the token of the environment.
#[tokio::test]
async fn keys_of_an_entry_go_before_a_token_of_the_process() {
    let emulator = loopback::serve_model().await;
    let entry = serde_json::json!({
        "aws_region": "eu-west-1", "aws_access_key": "AKID-ENTRY", "aws_secret_key": "s"
    });
    let child = Child::new("token").variable("AWS_BEARER_TOKEN_BEDROCK", "token");
    let printed = child.run(&emulator, &entry).await;
    assert!(printed.contains("answered"), "{printed}");
    assert_eq!(Signer::of(&emulator), Signer::key("AKID-ENTRY"));
}

#[tokio::test]
async fn nothing_to_connect_with_is_an_error_that_says_what_was_looked_at() {
    let emulator = loopback::serve_model().await;
    let no_region = Child::new("region").run(&emulator, &serde_json::json!({})).await;
    for place in ["aws_region", "AWS_REGION", "AWS_DEFAULT_REGION", "profile"] {
        assert!(no_region.contains(place), "{place}: {no_region}");
    }
    let entry = serde_json::json!({"aws_region": "eu-west-1"});
    let no_credentials = Child::new("credentials").run(&emulator, &entry).await;
    for place in
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_BEARER_TOKEN_BEDROCK", "sso"]
    {
        assert!(no_credentials.contains(place), "{place}: {no_credentials}");
    }
    assert_eq!(emulator.requests().len(), 0, "nothing was sent");
}
